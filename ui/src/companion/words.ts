// The words of captions: one table. Longer words win over the words in them («学位论文» over «论文»), so that an
// exception is written as a longer word. All are folded: lower case, simplified signs, blanks for punctuation.

/** The fields of a request, by the names of `fields()` in crates/engine/src/handover. */
export const FIELDS = [
  'componentTitle',
  'componentAuthor',
  'title',
  'author',
  'editor',
  'translator',
  'contributor',
  'publisher',
  'place',
  'date',
  'edition',
  'volume',
  'issue',
  'pages',
  'isbn',
  'issn',
  'doi',
  'pmid',
  'neededBy',
  'maximumCost',
  'pickupLocation',
  'note',
] as const;
export type Field = (typeof FIELDS)[number];

/** What a word says, beside the fields themselves. */
export type Sense =
  | Field
  /** the first or the last page alone */
  | 'firstPage'
  | 'lastPage'
  /** a title or a name of something, an author of something: the words around it say of what */
  | 'TITLE'
  | 'NAME'
  | 'AUTHOR'
  /** a day or a place, of the publication only where nothing else is said */
  | 'DATE'
  | 'PLACE'
  /** a number that is only an issue where nothing else is said */
  | 'NUMBER'
  /** a part (article, chapter), what holds it (journal, book) */
  | 'PART'
  | 'HOST'
  /** never filled, whatever a correction says: secrets, addresses, searching */
  | 'NEVER'
  /** not a field of ours */
  | 'OTHER'
  /** says nothing: «please», «required» */
  | 'BLANK';

const TABLE: Record<Sense, string> = {
  componentTitle: '篇名,篇题,析出题名,析出文献题名,论文名,文章名,章节名,单篇题名,目次名,aufsatztitel',
  componentAuthor: '篇名作者,析出责任者,论文作者,文章作者,论文执笔者,篇章作者',
  title:
    '刊名,书名,书刊名,报名,志名,期刊名,杂志名,图书名,会议录名,会议名,文集名,丛书名称或刊名,来源,出处,来源出版物,文献来源,文献出处,来源文献,' +
    '来源刊,载体,刊载于,发表于,发表刊物,收录于,母体文献,host item,buchtitel,zeitschriftentitel,资料名',
  author: '图书作者,图书责任者,著作责任者',
  editor: 'editor,editors,edited by,主编,编者,编辑,编辑者,主编者,herausgeber',
  translator: 'translator,translators,translated by,译者,翻译者,翻译',
  contributor: 'contributor,contributors,其他责任者,次要责任者,其他作者,贡献者,合作者',
  publisher:
    'publisher,publishers,publisher name,name of publisher,publishing house,published by,publishing company,出版社,出版者,出版商,出版单位,' +
    '出版机构,出版社名,出版社名称,发行者,发行所,发行单位,verlag',
  place:
    'place of publication,publication place,city of publication,place published,publisher location,location of publisher,' +
    'publication city,city and state of publication,publication city and state,publisher place,publisher city,出版地,出版地点,出版城市,发行地,出版社所在地,erscheinungsort',
  date:
    'year,publication year,year of publication,publication date,date of publication,date published,year published,pub date,pub year,journal date,' +
    'publication date year,issue date,release date,copyright date,date of issue,article date,journal year,date year,year date,' +
    '年,年份,年代,年度,年月,刊年,出版年,出版年份,出版年月,出版年度,出版年代,出版时间,出版日期,发表时间,发表年份,发表日期,发表年,发表年代,发行年,发行日期,刊行年,发行年月,' +
    '刊出时间,出版发行年,jahr,erscheinungsjahr',
  edition: 'edition,editions,ed,edition statement,版次,版本,版本项,版,版别,版数,auflage',
  volume:
    'volume,volumes,vol,vols,volume number,volume no,vol no,journal volume,卷,卷号,卷次,卷数,卷册,册,册次,册数,册号,分卷号,band,jahrgang',
  issue:
    'issue,issues,issue number,issue no,issue numbers,journal issue,number of issue,issue nr,issue number or designation,期,期号,期数,期次,刊期,期刊期号,heft',
  pages:
    'pages,page,pp,page range,page ranges,page number,page numbers,page no,inclusive pages,pages inclusive,pages needed,page s,page nos,pages requested,' +
    'article pages,chapter pages,inclusive page numbers,页码,页,页次,起止页,起止页码,起讫页,起讫页码,起迄页,页码范围,页数范围,所在页,所在页码,页数,' +
    'ページ,ページ数,seiten,seitenangabe,seitenzahl',
  firstPage:
    'start page,first page,from page,starting page,beginning page,page from,page start,pages from,start page number,起始页,起始页码,开始页,开始页码,起页,首页码',
  lastPage:
    'end page,last page,to page,ending page,page to,page end,final page,pages to,end page number,结束页,结束页码,终止页,终止页码,止页,末页码,终页',
  isbn: 'isbn,e isbn,eisbn,isbn number,isbn no,isbn号,isbn编号,isbn 10,isbn 13,isbn13,isbn10,international standard book number,国际标准书号,国际标准图书编号,标准书号,图书号,书号',
  issn: 'issn,e issn,eissn,p issn,issn number,issn no,issn号,issn编号,international standard serial number,国际标准刊号,国际标准连续出版物号,刊号,期刊号,标准刊号',
  doi: 'doi,doi number,doi号,doi编号,doi链接,doi link,digital object identifier,数字对象标识,数字对象标识符,数字对象唯一标识符',
  pmid: 'pmid,pubmed id,pubmed,pubmed number,pm id,pubmed identifier,pubmed号,pmid号',
  neededBy:
    'need by,needed by,need by date,needed by date,need before,need before date,needed before,needed before date,date needed,date needed by,date required,required by date,date wanted,' +
    'not wanted after,not wanted after date,not needed after,not needed after date,wanted by,wanted by date,wanted by when,when do you need,when do you need it,by when do you need,by when,when do you need this,' +
    'need this by,need this item by,need item by,need it by,needed by when,do not need after,i need this by,need material by,cancel if not filled by,cancel if not received by,cancel after,' +
    'cancel if not,deadline,last date,last date needed,last useful date,latest date,latest useful date,last needed date,no longer needed after,expiration date,expiry date,expires on,request expires,due date needed,not useful after,' +
    '需要日期,需要时间,需求日期,需求时间,需用日期,截止日期,截止时间,截止,最迟日期,最迟时间,最迟需要日期,最迟,最晚,最晚日期,最晚需要日期,期望日期,期望时间,期望到馆日期,期望获取时间,' +
    '希望日期,希望时间,希望获取时间,希望获得日期,希望到馆日期,希望获得时间,希望日,希望期限,有效期,有效期至,有效日期,请求有效期,申请有效期,失效日期,过期日期,期限,期限日期,最后期限,何时需要,要求完成日期,要求到馆日期',
  maximumCost:
    'maximum cost,max cost,maximum price,max price,maximum fee,max fee,maximum charge,maximum amount,maximum willing to pay,cost limit,price limit,maximum you will pay,' +
    'willing to pay,willing to pay up to,will pay up to,will pay,i am willing to pay,maxcost,' +
    '费用上限,费用限额,费用限制,最高支付,最高支付金额,最高支付费用,最大支付金额,收费上限,付费上限,最高费用,最高限价,最高金额,最大费用,最大金额,限价,限额,金额上限,价格上限,上限金额,愿付费用,愿付最高费用,愿意支付,愿意支付的最高费用,' +
    '可接受费用,可接受的费用,可接受最高费用,可接受的最高费用,可承受费用,最高可接受费用,可接受价格,预算,费用预算,kostenlimit',
  pickupLocation:
    'pickup location,pick up location,pickup library,pick up library,pickup point,pick up point,pickup at,pick up at,pickup branch,preferred pickup location,preferred pickup library,' +
    'pickup desk,pick up desk,delivery location,pickup site,where to pick up,where will you pick up,取书地点,取书地,取书馆,取书点,取书处,取书台,取书位置,取件地点,取件馆,取件点,取件处,' +
    '领取地点,领取点,领书地点,自取地点,自取馆,受取馆,受取场所,取阅地点,取还书地点,提书地点,abholort',
  note:
    'note,notes,comment,comments,remark,remarks,special instructions,instructions,additional information,additional info,additional details,additional notes,additional comments,' +
    'other information,other notes,anything else,message to library,notes or comments,message,' +
    '读者备注,申请人备注,用户备注,patron note,patron notes,requester note,requester notes,备注,备注信息,备注说明,备注栏,附言,附注,说明,留言,其他说明,其它说明,补充说明,其他要求,其它要求,特殊要求,特殊说明,附加说明,附加信息,其他信息,补充信息,其他备注,给馆员的留言,读者留言,备考,连络事项,通信栏,bemerkung,bemerkungen',
  TITLE: 'title,titles,titel,题名,题目,标题,正题名,题名信息,文献题名,文献标题,文献名,文献名称,タイトル',
  NAME: 'name,names,名称,名,名字',
  AUTHOR:
    'author,authors,author s,author names,author name,writer,creator,composer,compose,artist,artists,artist s,著,编著,主要著者,作者,著者,作者名,著者名,作者姓名,著者姓名,责任者,主要责任者,第一责任者,责任说明,第一作者,首位作者,全部作者,著作者,编著者,' +
    '作者名字,撰写人,撰稿人,执笔者,verfasser,autor,autoren',
  DATE: 'date,dates,日期,年月日',
  PLACE: 'place',
  NUMBER: 'number,no,num,nr,号,编号',
  PART:
    'component,article,articles,chapter,chapters,paper,papers,essay,section,part,conference paper,journal article,book chapter,contribution,文章,论文,章节,章,篇,篇章,单篇,会议论文,期刊论文,析出文献,' +
    '章节或论文,段落,aufsatz,aufsatzes',
  HOST:
    'journal,journals,book,books,periodical,magazine,newspaper,conference,conference proceedings,proceedings,serial,publication,thesis,dissertation,report,item,work,anthology,collection,monograph,' +
    'loan,source,resource,material,document,dvd,video,cd,score,期刊,图书,书籍,书,刊,刊物,期刊会议,杂志,报纸,专著,学位论文,毕业论文,硕士论文,博士论文,会议录,会议,会议集,论文集,会议论文集,文集,书刊,出版物,资料,母本,zeitschrift',
  NEVER:
    'password,pass word,passwd,passcode,pin,pin code,captcha,verification,verification code,verify code,security code,security question,e mail,email,mail,mailing,email address,phone,telephone,tel,mobile,cell phone,fax,' +
    'search,keyword,keywords,username,user name,user id,login,log in,sign in,credit card,social security,附加码,认证码,图形码,验证码,校验码,检验码,动态码,短信,密码,口令,邮箱,邮件,电邮,电子邮件,电子邮箱,邮箱地址,电话,手机,手机号,联系电话,联系方式,' +
    '传真,检索,检索词,搜索,查询,查找,关键词,关键字,主题词,身份证,身份证号,证件号,银行卡,卡号,证号,借书证号,读者证号,账号,帐号,用户名,登录名,登录,微信,メール,电话番号,パスワード,暗证番号,检索语,キーワード',
  OTHER:
    'address,first name,last name,full name,your name,name of requester,patron name,family name,given name,middle name,requester,requestor,patron,patron status,姓名,申请人,申请者,申请人姓名,读者姓名,读者,联系人,收件人,氏名,' +
    '地址,邮编,住址,邮政编码,院系,系所,部门,学院,单位,工作单位,作者单位,第一作者单位,所属,所属机构,学号,工号,学工号,职称,身份,读者类型,专业,年级,班级,性别,签名,导师,指导教师,指导老师,指导老师姓名,' +
    'cited,cited in,citation source,source of citation,source of this citation,source of the citation,source of reference,source of the reference,where did you,how did you,where you found,reference source,verification source,found in,引文来源,参考来源,信息来源,资料来源说明,文献线索来源,来源数据库,' +
    'oclc,oclc number,worldcat,accession,docline,esp number,lccn,call number,call no,shelfmark,shelf mark,索书号,索取号,馆藏号,登录号,条码,条码号,barcode,bar code,item number,control number,record number,系统号,记录号,控制号,' +
    'series,series title,series number,丛书,丛书名,丛编,丛编名,丛书题名,系列,分类号,中图分类号,中图法分类号,学科,分类,' +
    'department,dept,faculty,status,month,months,day,season,月,月份,日,季,季度,language,languages,语种,语言,文种,database,databases,数据库,' +
    'supervisor,advisor,adviser,degree,学位,学位类型,学位授予单位,授予单位,授予机构,university,institution,school,college,university name,学校,大学,学校名称,院校,' +
    'report number,patent number,patent,standard number,专利号,标准号,报告号,document number,document type,type,type of,types of,kind of,material type,item type,format,media,media type,文献类型,资料类型,类型,类别,载体类型,' +
    'request type,申请类型,服务类型,服务方式,传递方式,获取方式,delivery method,送书方式,' +
    'account,account number,account no,budget code,fund code,charge code,cost center,经费,经费卡号,课题号,经费号,项目,项目编号,项目名称,基金,' +
    'number of pages,number of copies,copies,number of volumes,total pages,总页数,复制页数,复印份数,份数,数量,复本,复本数,定价,价格,price,' +
    'alternate,alternative,other than english,will you accept,would you accept,do you accept,accept,acceptable,is this,are you,have you,do you,是否,能否,可否,accept non,' +
    'conference date,conference place,conference location,dates of conference,date of conference,place of conference,location of conference,会议时间,会议日期,会议地点,会议地址,开会地点,' +
    'country,country of publication,国家,国别,dates needed,years needed,issues needed,course,course number,course name,instructor,课程,课程名称,课程号,教师,' +
    'abstract,摘要,文摘,副题名,副标题,并列题名,其他题名,交替题名,subtitle,sub title,information source,source of information,abbreviation,abbreviated title,url,link,web address,website,网址,链接,全文链接,文件,附件,file,attachment,subject,主题,library name,name of library,lending library,borrowing library,图书馆名称,馆名,文献馆,收藏馆,馆藏地,馆藏馆,馆藏单位,馆代码,' +
    '状态,当前状态,申请状态,处理状态,办理状态,进度,request number,request id,request no,transaction number,申请号,申请编号,请求号,订单号,单号,流水号,申请日期,申请时间,提交日期,提交时间,request date,date of request,date submitted,today s date,todays date,date of birth,出生日期,生日,借阅日期,还书日期,应还日期,归还日期,borrow date,due date,return date,' +
    'affiliation,author affiliation,author s affiliation,publisher address,出版社地址,time,hour,时间,title of position,job title,position title,job,职务,称谓,prefix,salutation,mr,ms',
  BLANK:
    'please note,the,a,an,of,in,for,this,that,to,is,it,and,or,if,known,please,enter,input,type in,fill in,your,full,complete,exact,main,required,optional,mandatory,s,e g,eg,etc,by,any,which,appears,available,give,provide,specify,information,info,details,here,field,mm,dd,yyyy,yy,xxxx,' +
    '必填项,必填项目,请,请输入,请填写,请填,请选择,输入,填写,必填,选填,必选,可选,非必填,完整,的,或,和,及,与,等,请准确填写,准确,中文,英文,外文,原文,全称,名全称,信息,如有,若有,所在,所属期刊,第,共,至,をご记入ください,の',
};

let words: Map<string, Sense> | undefined;

/** Each word and what it says. It is made when it is first asked for, where a fault is caught. */
export function wordTable(): ReadonlyMap<string, Sense> {
  if (words) return words;
  words = new Map<string, Sense>();
  for (const sense of Object.keys(TABLE) as Sense[])
    for (const word of TABLE[sense].split(',')) words.set(word, sense);
  return words;
}

/** The length of the longest word, signs. */
export const LONGEST = 48;
