//! Whether the library's page could be reached, and how its window loads it again without sending a form twice.

use hongyan_api::library_window::PageFailure;
use tauri::Url;

/// How many addresses of submitted forms are remembered.
const POSTS: usize = 64;

/// What is known of the way to the page.
#[derive(Debug, Default)]
pub(super) struct Reach {
    failed: Option<PageFailure>,
    /// whether the next page that begins stands in place of the one that failed
    in_place: bool,
    /// whether any page has come
    came: bool,
    /// whether the page is, or would be, the answer to a form that was submitted
    posted: bool,
    /// addresses that forms were submitted to, oldest first
    posts: Vec<String>,
    /// address of the form that waits for its answer
    sending: Option<String>,
    /// host that may have received a form and has not answered
    unsure: Option<String>,
    /// whether the page's process answers nothing
    hung: bool,
    /// whether the patron waits for the page to be loaded again, and the engine has not begun
    again: bool,
    /// whether there is a page before
    pub(super) back: bool,
    /// whether there is a page after
    pub(super) forward: bool,
}

impl Reach {
    /// Why the page did not come.
    pub(super) fn failed(&self) -> Option<PageFailure> {
        self.failed.or(self.hung.then_some(PageFailure::Silent))
    }

    /// The page's process does not answer, or answers again.
    pub(super) fn hangs(&mut self, hung: bool) {
        self.hung = hung;
    }

    /// The patron wants the page again. Returns whether its process has to be ended for that.
    pub(super) fn wants_again(&mut self) -> bool {
        self.again = true;
        self.hung
    }

    /// The process was found not to answer. Returns whether it has to be ended, because the patron waits for the page.
    pub(super) fn stalls(&mut self) -> bool {
        self.hung = true;
        self.again
    }

    /// What is left once the window is gone: the form of it that may have arrived.
    pub(super) fn left(mut self) -> Reach {
        self.given_up();
        Reach { unsure: self.unsure, ..Reach::default() }
    }

    /// Whether a form waits for its answer.
    pub(super) fn is_sending(&self) -> bool {
        self.sending.is_some()
    }

    /// Host that may have received a form and has not answered; empty if none.
    pub(super) fn unsure(&self) -> &str {
        self.unsure.as_deref().unwrap_or_default()
    }

    /// The patron has looked whether that form has arrived.
    pub(super) fn looked(&mut self) {
        self.unsure = None;
    }

    /// The form that waited for its answer waits no longer, and may have arrived.
    pub(super) fn given_up(&mut self) {
        if let Some(address) = self.sending.take() {
            self.unsure = Some(host_of(&address));
        }
    }

    /// The server has answered what was asked, with a page, a file, nothing, or another address.
    pub(super) fn answers(&mut self) {
        self.sending = None;
    }

    /// The window begins to load a page.
    pub(super) fn begins(&mut self) {
        self.hung = false;
        self.again = false;
        if !std::mem::take(&mut self.in_place) {
            self.given_up();
            self.failed = None;
            self.posted = false;
        }
    }

    /// The window asks for the page, as the answer to a submitted form or not.
    pub(super) fn asks(&mut self, address: &str, posted: bool) {
        // another page stands in place of the failed one, which has no method
        if self.failed.is_some() {
            return;
        }
        self.posted = posted;
        self.sending = posted.then(|| address.to_owned());
        if posted && !self.is_post(address) {
            if self.posts.len() == POSTS {
                self.posts.remove(0);
            }
            self.posts.push(address.to_owned());
        }
    }

    /// A page comes.
    pub(super) fn comes(&mut self) {
        self.answers();
        self.came |= self.failed.is_none();
    }

    /// The page did not come. `in_place` says that the window will show another one in its place.
    pub(super) fn fails(&mut self, why: PageFailure, in_place: bool) {
        // a host that was not found, or was not believed, was sent nothing
        let maybe = self.posted && matches!(why, PageFailure::Unreachable | PageFailure::Ended);
        let sent = self.sending.take().or_else(|| self.posts.last().cloned());
        if let Some(address) = sent.filter(|_| maybe) {
            self.unsure = Some(host_of(&address));
        }
        self.failed = Some(if maybe { PageFailure::MaybeSent } else { why });
        self.in_place = in_place;
    }

    /// Whether a form was submitted to an address: going there through the history would send it once more.
    pub(super) fn is_post(&self, address: &str) -> bool {
        self.posts.iter().any(|one| one == address)
    }

    /// The address to ask for instead of loading the page again: nothing came yet that could be loaded again, or
    /// it would send a form once more.
    pub(super) fn afresh(&self, address: Option<&Url>) -> Option<Url> {
        let again = self.posted || !self.came && self.failed.is_none();
        address.filter(|_| again).map(without_place)
    }
}

/// An address without the place in its page: with it, the window would stay where it is.
pub(super) fn without_place(address: &Url) -> Url {
    let mut address = address.clone();
    address.set_fragment(None);
    address
}

fn host_of(address: &str) -> String {
    let address = Url::parse(address).ok();
    address.as_ref().and_then(Url::host_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use hongyan_api::library_window::PageFailure;

    use super::Reach;

    fn page(reach: &mut Reach, address: &str, posted: bool) {
        reach.begins();
        reach.asks(address, posted);
        reach.comes();
    }

    #[test]
    fn the_page_in_place_of_a_failed_one_does_not_hide_the_failure() {
        let mut reach = Reach::default();
        reach.begins();
        reach.asks("https://ill.example/", false);
        reach.fails(PageFailure::NoHost, true);
        page(&mut reach, "https://ill.example/", false);
        assert_eq!(reach.failed(), Some(PageFailure::NoHost));
        page(&mut reach, "https://ill.example/", false);
        assert_eq!(reach.failed(), None, "the second try came");
    }

    #[test]
    fn a_form_without_an_answer_may_have_arrived() {
        for (why, posted, said) in [
            (PageFailure::Unreachable, true, PageFailure::MaybeSent),
            (PageFailure::Ended, true, PageFailure::MaybeSent),
            (PageFailure::NoHost, true, PageFailure::NoHost),
            (PageFailure::Certificate, true, PageFailure::Certificate),
            (PageFailure::Unreachable, false, PageFailure::Unreachable),
        ] {
            let mut reach = Reach::default();
            reach.begins();
            reach.asks("https://ill.example/submit", posted);
            reach.fails(why, true);
            assert_eq!(reach.failed(), Some(said));
        }
    }

    #[test]
    fn a_form_that_was_cut_off_stays_in_doubt_until_the_patron_has_looked() {
        let mut reach = Reach::default();
        page(&mut reach, "https://ill.example/form", false);
        reach.begins();
        reach.asks("https://ill.example/submit", true);
        assert!(reach.is_sending() && reach.unsure().is_empty());
        page(&mut reach, "https://ill.example/form", false);
        assert_eq!((reach.is_sending(), reach.unsure()), (false, "ill.example"), "loaded again");
        reach.begins();
        reach.asks("https://ill.example/form", false);
        reach.fails(PageFailure::Unreachable, true);
        assert_eq!(reach.unsure(), "ill.example", "another try does not settle it");
        let mut reach = reach.left();
        assert_eq!(reach.unsure(), "ill.example", "nor does another window");
        reach.looked();
        assert!(reach.unsure().is_empty());
        page(&mut reach, "https://ill.example/submit", true);
        reach.begins();
        assert!(reach.unsure().is_empty(), "it was answered");
    }

    #[test]
    fn a_page_that_does_not_answer_is_ended_once_it_is_wanted_again() {
        let mut reach = Reach::default();
        page(&mut reach, "https://ill.example/", false);
        assert!(!reach.stalls(), "nobody asked for another");
        assert_eq!(reach.failed(), Some(PageFailure::Silent));
        assert!(reach.wants_again());
        reach.begins();
        assert_eq!(reach.failed(), None);
        assert!(!reach.wants_again(), "an ordinary page is loaded again by itself");
        assert!(reach.stalls(), "until that is in vain");
    }

    #[test]
    fn loading_again_sends_no_form_again() {
        let at: tauri::Url = "https://ill.example/submit#done".parse().unwrap();
        let mut reach = Reach::default();
        assert!(reach.afresh(Some(&at)).is_some(), "nothing came yet");
        page(&mut reach, at.as_str(), false);
        assert_eq!(reach.afresh(Some(&at)), None, "an ordinary page is loaded again by the window");
        page(&mut reach, at.as_str(), true);
        assert_eq!(reach.afresh(Some(&at)).unwrap().as_str(), "https://ill.example/submit");
        assert!(reach.is_post(at.as_str()) && !reach.is_post("https://ill.example/"));
        for number in 0..200 {
            page(&mut reach, &format!("https://ill.example/{number}"), true);
        }
        assert_eq!(reach.posts.len(), super::POSTS);
    }
}
