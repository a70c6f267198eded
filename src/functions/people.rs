//! A page of the workspace's workers, for a plugin whose own list of them failed: what its directory needs, and nothing else.
//!
//! | state | answer | next |
//! |---|---|---|
//! | listing (token and page) | token not valid | refused 403 |
//! | | rows, all with their attributes | answered |
//! | | rows without | reading: those, one by one |
//! | reading | all of them; one who is gone by now is left out | answered |
//! | any | failure | refused: a page that lacks somebody would pass for one that has everybody |
//!
//! A list's rows have no attributes: "only … in FETCH actions" (<https://www.twilio.com/docs/taskrouter/api/worker>), so that
//! a page is short. Any worker may ask: his own Flex token shows him the same by the TaskRouter SDK
//! (<https://www.twilio.com/docs/taskrouter/js-sdk-v2/workspace>).

use super::order::{Answer, Order};
use super::party::signed_in;
use super::{refused, Response, Step};
use crate::twilio::worker_index::RawPerson;
use std::fmt;

/// Where a list goes on: `Page` and `PageToken` of its `next_page_url`. The number alone finds nothing: it is "simply for
/// client state" (<https://www.twilio.com/docs/usage/twilios-response#response-formats-list-paging-information>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageMark {
    /// `Page`
    pub page: u32,
    /// `PageToken`
    pub token: String,
}

/// No token of Twilio's is nearly as long.
const LONGEST_TOKEN: usize = 512;

impl PageMark {
    /// `<Page>.<PageToken>`, as plugins write it: visible ASCII, which is encoded where it goes into an URL.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (page, token) = text.split_once('.')?;
        let is_number = page.bytes().all(|byte| byte.is_ascii_digit());
        let is_token = (1..=LONGEST_TOKEN).contains(&token.len())
            && token.bytes().all(|byte| byte.is_ascii_graphic());
        (is_number && is_token)
            .then(|| {
                Some(Self {
                    page: page.parse().ok()?,
                    token: token.to_owned(),
                })
            })
            .flatten()
    }
}

impl fmt::Display for PageMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.page, self.token)
    }
}

/// A page that is being read.
#[derive(Debug, Clone, PartialEq)]
pub enum People {
    /// The list is asked for.
    Listing,
    /// Those of it whose attributes it left out are.
    Reading {
        /// All of the page.
        page: Vec<RawPerson>,
        /// Where the list goes on.
        next: Option<PageMark>,
    },
}

impl People {
    pub(super) fn asked(page: Option<PageMark>, token: String) -> (Self, Step) {
        let orders = vec![Order::ValidateToken { token }, Order::ListWorkers { page }];
        (Self::Listing, Step::Orders(orders))
    }

    pub(super) fn resume(&mut self, answers: Vec<Answer>) -> Step {
        let mut answers = answers.into_iter();
        match self {
            Self::Listing => {
                if let Err(step) = signed_in(answers.next()) {
                    return step;
                }
                match answers.next() {
                    Some(Answer::Workers { people, next }) => self.listed(people, next),
                    other => refused(other),
                }
            }
            Self::Reading { page, next } => {
                let mut people = Vec::with_capacity(page.len());
                for listed in std::mem::take(page) {
                    if listed.attributes.is_some() {
                        people.push(listed);
                        continue;
                    }
                    match answers.next() {
                        Some(Answer::Workers { people: read, .. }) => people.extend(read),
                        Some(Answer::Failed { status: 404, .. }) => {}
                        other => return refused(other),
                    }
                }
                Step::Respond(Response::people(&people, next.as_ref()))
            }
        }
    }

    fn listed(&mut self, page: Vec<RawPerson>, next: Option<PageMark>) -> Step {
        let bare = page.iter().filter(|one| one.attributes.is_none());
        let orders: Vec<_> = bare
            .filter_map(RawPerson::worker)
            .map(|worker| Order::FetchPerson { worker })
            .collect();
        if orders.is_empty() {
            return Step::Respond(Response::people(&page, next.as_ref()));
        }
        *self = Self::Reading { page, next };
        Step::Orders(orders)
    }
}
