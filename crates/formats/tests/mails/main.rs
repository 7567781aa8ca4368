//! Mails are read and tied to requests: what was put in comes out, and nothing is tied that does not belong.
//! `HONGYAN_MAILS=full` takes 500 requests and 10,000 strangers' mails in place of a tenth of them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

mod made;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hongyan_formats::{Budget, Limits, Stop, mail};
use hongyan_model::mail::tie::{By, Origin, Tie, Ties, Wanted};
use hongyan_model::mark::Mark;
use hongyan_model::request::{Draft, RequestId, Service};
use jiff::Timestamp;
use made::{ALL, Chance, Letter, MANNERS, Written};
use uuid::Uuid;

fn full() -> bool {
    std::env::var("HONGYAN_MAILS").is_ok_and(|value| value == "full")
}

struct Request {
    id: RequestId,
    mark: Mark,
    number: String,
    doi: String,
    title: String,
}

/// Titles of real works of the demo's catalogue.
fn real_titles() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/sandbox/catalogue");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut titles: Vec<String> = files
        .iter()
        .flat_map(|file| {
            let text = fs::read_to_string(file).unwrap();
            let titles = text.lines().filter_map(|line| line.strip_prefix("title = \"")?.strip_suffix('"'));
            titles.map(str::to_owned).collect::<Vec<_>>()
        })
        .filter(|title| !title.contains('\\'))
        .collect();
    titles.sort();
    titles.dedup();
    assert!(titles.len() > 200, "{} titles", titles.len());
    titles
}

/// Titles as articles and books have them.
fn made_title(chance: &mut Chance) -> String {
    const WHOSE: [&str; 14] = [
        "壮族",
        "瑶族",
        "岭南地区",
        "明清时期",
        "西南少数民族",
        "广西沿海",
        "近代报刊中的",
        "唐代",
        "民國時期",
        "粵語",
        "北部湾",
        "敦煌寫本中的",
        "东南亚",
        "侗台语族",
    ];
    const WHAT: [&str; 16] = [
        "铜鼓纹饰",
        "麽经抄本",
        "土司制度",
        "龍舟競渡",
        "丝绸贸易",
        "方志编纂",
        "山歌传承",
        "稻作文化",
        "契約文書",
        "花山岩画",
        "词汇借用",
        "瓷器外销",
        "民间信仰",
        "壮剧音乐",
        "婚俗变迁",
        "水利社會",
    ];
    const HOW: [&str; 10] = [
        "研究",
        "的历史演变",
        "考论",
        "與地方社會",
        "述评：以田野调查为中心",
        "的传播与接受",
        "初探（上）",
        "中的性别问题",
        "——基于档案的考察",
        "及其现代意义",
    ];
    const ENGLISH: [&str; 8] = [
        "Bronze drums",
        "Ritual manuscripts",
        "Native chieftains",
        "River trade",
        "Rice terraces",
        "Local gazetteers",
        "Folk songs",
        "Porcelain exports",
    ];
    const PLACE: [&str; 6] = [
        "of southern Guangxi",
        "in late imperial China",
        "along the Zuo River",
        "among the Zhuang",
        "of the Lingnan region",
        "in the Gulf of Tonkin",
    ];
    if chance.below(5) == 0 {
        format!(
            "{} {}: {} {}",
            chance.one_of(&ENGLISH),
            chance.one_of(&PLACE),
            ["a study of", "notes on", "towards a history of"][chance.below(3)],
            chance.one_of(&WHAT.map(|_| "form, use and meaning"))
        ) + &format!(", volume {}", chance.below(900) + 1)
    } else {
        format!("{}{}{}", chance.one_of(&WHOSE), chance.one_of(&WHAT), chance.one_of(&HOW))
    }
}

fn requests(count: usize) -> Vec<Request> {
    let mut chance = Chance(20_261_201);
    let mut titles: Vec<String> = Vec::new();
    let real = real_titles();
    while titles.len() < count {
        let title = if titles.len().is_multiple_of(3) {
            real[chance.below(real.len())].clone()
        } else {
            made_title(&mut chance)
        };
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    titles
        .into_iter()
        .enumerate()
        .map(|(n, title)| {
            let id = RequestId(Uuid::from_u128(u128::from(chance.next()) << 64 | u128::from(chance.next())));
            Request {
                id,
                mark: Mark::candidates(id).next().unwrap(),
                number: format!("2026{:07}", 1_000_003 + n * 17),
                doi: format!("10.{}/lib.{}.{n}", 1000 + chance.below(9000), chance.below(10_000)),
                title,
            }
        })
        .collect()
}

fn ties(requests: &[Request]) -> Ties {
    let wanted = requests.iter().map(|request| {
        let mut draft = Draft::blank(request.id, Service::Copy, Timestamp::UNIX_EPOCH);
        draft.title.clone_from(&request.title);
        draft.doi.clone_from(&request.doi);
        Wanted::of(&draft, Some(request.mark), &request.number, true)
    });
    Ties::new(wanted.collect())
}

fn read(bytes: &[u8]) -> Option<mail::Mail> {
    mail::parse(bytes, &Budget::new(Limits::MAIL, Stop::default())).ok()
}

/// As the engine does it: subject, words, addresses, names of files.
fn tie(ties: &Ties, mail: &mail::Mail) -> Tie {
    ties.tie(&mail.words(), Origin::Letter)
}

/// A letter about a request that names it by one thing only.
fn about(what: &str, named: By, chance: &mut Chance, file: bool) -> Letter {
    let openings = ["您好！", "尊敬的读者：", "老师您好，", "親愛的讀者："];
    let news = [
        "您申请的文献全文已传，请查收附件。",
        "您的文献传递申请已经完成。",
        "您申請的文獻已傳遞，請查收。",
        "Your request has been delivered by document delivery.",
    ];
    let line = match named {
        By::Mark => format!("备注：{what}"),
        By::Number => format!("申请号：{what}"),
        By::Identifier => format!("DOI：{what}"),
        By::Title => match chance.below(4) {
            0 => format!("题名：{what}"),
            1 => format!("文献《{what}》"),
            2 => format!("篇名：“{what}”"),
            _ => what.to_owned(),
        },
    };
    let subject = match (named, chance.below(3)) {
        (By::Title, 0) => format!("文献传递：{what}"),
        (By::Mark, 0) => format!("Re: 馆际互借申请 {what}"),
        _ => ["文献传递结果通知", "【馆际互借】全文已到", "回复：文獻傳遞"][chance.below(3)].to_owned(),
    };
    Letter {
        subject,
        from: chance.one_of(&["馆际互借处", "文献传递", "Interlibrary Loan", "図書館"]).to_owned(),
        text: format!(
            "{}\n{}\n\n{line}\n\n图书馆 文献传递部 电话：0771-1234567",
            chance.one_of(&openings),
            chance.one_of(&news)
        ),
        file: file.then(|| "全文.pdf".to_owned()),
    }
}

#[test]
fn what_names_a_request_ties_it_in_every_encoding() {
    let requests = requests(if full() { 500 } else { 50 });
    let ties = ties(&requests);
    let mut chance = Chance(77);
    // encoding and evidence: made, tied, tied to another
    let mut found: BTreeMap<(Written, By), (u32, u32, u32)> = BTreeMap::new();
    let mut lost = Vec::new();
    for (n, request) in requests.iter().enumerate() {
        for (at, written) in ALL.into_iter().enumerate() {
            let mark = request.mark.to_string();
            for (named, what) in [
                (By::Mark, &mark),
                (By::Number, &request.number),
                (By::Identifier, &request.doi),
                (By::Title, &request.title),
            ] {
                // what an encoding has no characters for cannot be said in it
                if named == By::Title && !written.can(what) {
                    continue;
                }
                let letter = about(what, named, &mut chance, n % 3 == 0);
                let bytes = made::mail(&letter, written, MANNERS[(n + at) % MANNERS.len()]);
                let mail = read(&bytes)
                    .unwrap_or_else(|| panic!("{written:?}: {}", String::from_utf8_lossy(&bytes)));
                if let Some(name) = &letter.file {
                    assert_eq!(mail.files.len(), 1, "{written:?}");
                    if written.can(name) {
                        assert_eq!(&mail.files[0].name, name, "{written:?}");
                    }
                    assert_eq!(mail.files[0].bytes, b"%PDF-1.4\nhello");
                }
                if written.can(&letter.subject) {
                    assert_eq!(mail.subject, hongyan_model::text::clean(&letter.subject), "{written:?}");
                }
                let counted = found.entry((written, named)).or_default();
                counted.0 += 1;
                match tie(&ties, &mail) {
                    Tie::One(id, by) if id == request.id => {
                        assert_eq!(by, named, "{written:?}");
                        counted.1 += 1;
                    }
                    Tie::One(..) => counted.2 += 1,
                    other => lost.push((written, named, what.clone(), other)),
                }
            }
        }
    }
    for named in [By::Mark, By::Number, By::Identifier, By::Title] {
        let rows = || found.iter().filter(|((_, by), _)| *by == named).map(|(_, counted)| counted);
        let (made, tied, wrong) =
            rows().fold((0, 0, 0), |sum, row| (sum.0 + row.0, sum.1 + row.1, sum.2 + row.2));
        println!("{named:?}: {tied} of {made} tied, {wrong} wrong");
        assert_eq!(wrong, 0, "{named:?}");
        if named != By::Title {
            let others: Vec<_> = lost.iter().filter(|(_, by, ..)| *by == named).take(5).collect();
            assert_eq!(tied, made, "{named:?}: {others:?}");
        }
    }
    for written in ALL {
        let row = [By::Mark, By::Number, By::Identifier, By::Title].map(|named| {
            let (made, tied, _) = found.get(&(written, named)).copied().unwrap_or_default();
            format!("{named:?} {tied}/{made}")
        });
        println!("  {:<15} {}", format!("{written:?}"), row.join("  "));
    }
    // of titles those count that may tie at all: long enough, and in no other title
    let may = |request: &Request| {
        let han = request.title.chars().filter(|c| hongyan_model::text::is_han(*c)).count();
        let alone = requests.iter().all(|other| {
            other.id == request.id
                || !hongyan_model::text::fold(&other.title)
                    .contains(&hongyan_model::text::fold(&request.title))
        });
        alone && (han >= 6 || request.title.split(' ').count() >= 4)
    };
    let able: Vec<&Request> = requests.iter().filter(|request| may(request)).collect();
    let made: usize =
        able.iter().map(|request| ALL.iter().filter(|written| written.can(&request.title)).count()).sum();
    let missed: Vec<_> = lost
        .iter()
        .filter(|(_, by, what, _)| *by == By::Title && able.iter().any(|request| request.title == *what))
        .collect();
    println!("titles that may tie: {} of {made} tied", made - missed.len());
    assert!(missed.len() * 100 <= made * 5, "{missed:?}");
    assert!(able.len() * 2 > requests.len());
}

#[test]
fn strangers_mails_tie_nothing() {
    let count = if full() { 10_000 } else { 1_000 };
    let requests = requests(if full() { 500 } else { 50 });
    let ties = ties(&requests);
    let mut chance = Chance(4711);
    let mut seen = 0;
    for n in 0..count {
        let request = &requests[chance.below(requests.len())];
        let strange = RequestId(Uuid::from_u128(u128::from(chance.next()) << 64 | 5));
        let letter = match n % 8 {
            // a request of somebody else, by the same templates
            0 => about(&Mark::candidates(strange).next().unwrap().to_string(), By::Mark, &mut chance, true),
            1 => about(&format!("{}9", request.number), By::Number, &mut chance, false),
            2 => about(&format!("{}{}", request.doi, chance.below(10)), By::Identifier, &mut chance, true),
            // another work whose title has this one's in it
            3 => about(&format!("{}史料汇编", request.title), By::Title, &mut chance, true),
            4 => about(&format!("新编{}", request.title), By::Title, &mut chance, false),
            // a list of new books that has it
            5 => Letter {
                subject: "新书通报".into(),
                from: "图书馆".into(),
                text: format!("本月新书：\n《{}》\n《{}》\n欢迎借阅", request.title, made_title(&mut chance)),
                file: None,
            },
            // too little of a title
            6 => about(
                &made_title(&mut chance).chars().take(5).collect::<String>(),
                By::Title,
                &mut chance,
                true,
            ),
            _ => Letter {
                subject: format!("会议通知 {n}"),
                from: "科研处".into(),
                text: format!(
                    "请于12月{}日参加“{}”会议，电话 {}。",
                    1 + chance.below(28),
                    chance.one_of(&["铜鼓", "民族学"]),
                    request.number.get(2..9).unwrap()
                ),
                file: None,
            },
        };
        let written = ALL[n % ALL.len()];
        let Some(mail) = read(&made::mail(&letter, written, MANNERS[n % MANNERS.len()])) else {
            panic!("{written:?} {}", letter.text);
        };
        seen += 1;
        let tied = tie(&ties, &mail);
        assert!(
            !matches!(tied, Tie::One(..)),
            "{written:?} {}\n{} {}\n{tied:?}",
            letter.subject,
            letter.text,
            mail.text
        );
    }
    println!("{seen} strangers' mails, none tied");
}

/// The mails that mail-parser is tested with, where cargo has unpacked it.
fn collected() -> Vec<PathBuf> {
    fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
        for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|ending| ending == "eml") {
                out.push(path);
            }
        }
    }
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let sources = home.map(|home| home.join("registry/src")).unwrap_or_default();
    let mut out = Vec::new();
    for registry in fs::read_dir(sources).into_iter().flatten().flatten() {
        walk(&registry.path().join("mail-parser-0.11.9/resources/eml"), &mut out);
    }
    out.sort();
    out
}

#[test]
fn mails_that_others_collected_are_read_and_tie_nothing() {
    let files = collected();
    if files.is_empty() {
        println!("skipped: the mails of mail-parser are not on this machine");
        return;
    }
    let requests = requests(50);
    let ties = ties(&requests);
    let mut empty = 0;
    for file in &files {
        let bytes = fs::read(file).unwrap();
        let Some(mail) = read(&bytes) else {
            empty += 1;
            continue;
        };
        assert_eq!(tie(&ties, &mail), Tie::None, "{}", file.display());
    }
    println!("{} mails of others, {empty} refused", files.len());
    assert!(empty * 50 <= files.len(), "{empty} of {} refused", files.len());
}

/// Python's `email` reads the same mails: subject, sender, names and bytes of files.
const JUDGE: &str = r#"
import sys, json, email, email.policy
for line in sys.stdin:
    message = email.message_from_bytes(bytes.fromhex(line.strip()), policy=email.policy.default)
    files = [[part.get_filename() or "", part.get_payload(decode=True).hex()] for part in message.walk() if part.get_content_disposition() == "attachment"]
    print(json.dumps({"subject": str(message["subject"]), "files": files, "id": str(message["message-id"])}), flush=True)
"#;

#[test]
fn python_reads_the_same_in_what_the_standards_allow() {
    let Ok(mut python) =
        Command::new("python3").args(["-c", JUDGE]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
    else {
        println!("skipped: python3 is not on this machine");
        return;
    };
    // what breaks no standard, so that another reader has to agree
    let sound = [Written::GbkQuoted, Written::Gb18030Pieces, Written::Big5Base64, Written::Utf8Quoted];
    let mut chance = Chance(5);
    let mut mails = Vec::new();
    for request in requests(40) {
        for written in sound {
            // whole characters in each word
            let letter = about(&request.title, By::Title, &mut chance, true);
            if letter.subject.chars().all(|c| !c.is_ascii())
                && written.can(&letter.subject)
                && written.can("全文")
            {
                mails.push(made::mail(&letter, written, MANNERS[chance.below(5)]));
            }
        }
    }
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let input: String = mails.iter().map(|mail| hex(mail) + "\n").collect();
    let mut pipe = python.stdin.take().unwrap();
    let writer = std::thread::spawn(move || std::io::Write::write_all(&mut pipe, input.as_bytes()));
    let output = python.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let answers: Vec<serde_json::Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), mails.len());
    for (bytes, told) in mails.iter().zip(answers) {
        let mail = read(bytes).unwrap();
        assert_eq!(mail.subject, hongyan_model::text::clean(told["subject"].as_str().unwrap()));
        assert_eq!(format!("<{}>", mail.message_id), told["id"].as_str().unwrap());
        let files: Vec<_> =
            mail.files.iter().map(|file| serde_json::json!([file.name, hex(&file.bytes)])).collect();
        assert_eq!(serde_json::Value::from(files), told["files"]);
    }
    println!("{} mails read alike", mails.len());
    assert!(mails.len() > 40);
}
