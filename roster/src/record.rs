//! What is known of an agent, in few bytes: what repeats what is there already is not written twice.

use super::bytes::{put, put_text, utf8, Reader};
use super::highlight::Field;
use super::words::partition;
use std::borrow::Cow;

/// What an index is told of an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Entry<'a> {
    /// Names him: the digits of his worker SID.
    pub key: u128,
    /// Full name.
    pub name: &'a str,
    /// Login.
    pub login: &'a str,
    /// E-mail address.
    pub email: &'a str,
    /// Team; empty: none.
    pub team: &'a str,
    /// Skills.
    pub skills: &'a [&'a str],
    /// Extension or telephone number; empty: none.
    pub extension: &'a str,
    /// Where his phone is: `client:<identity>` or `sip:<address>`.
    pub address: &'a str,
}

/// Texts that many have in common, each once.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    pub(super) list: Vec<Box<str>>,
    /// Their numbers, in the order of the texts.
    order: Vec<u32>,
}

impl Names {
    pub(super) fn of(list: Vec<Box<str>>) -> Self {
        let mut names = Self::default();
        for text in list {
            names.number(&text);
        }
        names
    }

    fn number(&mut self, text: &str) -> u32 {
        let at = partition(0, self.order.len(), |at| {
            self.order
                .get(at)
                .is_some_and(|&number| self.text(number) < text)
        });
        if let Some(&number) = self.order.get(at) {
            if self.text(number) == text {
                return number;
            }
        }
        let number = self.list.len() as u32;
        self.list.push(text.into());
        self.order.insert(at, number);
        number
    }

    pub(super) fn text(&self, number: u32) -> &str {
        self.list.get(number as usize).map_or("", |text| text)
    }

    pub(super) fn bytes(&self) -> usize {
        self.order.capacity() * 4
            + self.list.capacity() * 16
            + self.list.iter().map(|text| text.len()).sum::<usize>()
    }
}

/// The texts that agents have in common.
#[derive(Debug, Clone, Default)]
pub(super) struct Common {
    pub(super) teams: Names,
    pub(super) skills: Names,
    pub(super) domains: Names,
}

/// How an e-mail address is written.
const SAME: u32 = 0;
const NO_DOMAIN: u32 = 1;
const LOGIN_AT: u32 = 2;
const LOCAL_AT: u32 = 3;

/// How a contact address is written.
const OTHER: u32 = 0;
const CLIENT_LOGIN: u32 = 1;
const CLIENT_EMAIL: u32 = 2;

const CLIENT: &str = "client:";

/// An agent as he is kept: taken apart only as far as it is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    bytes: Reader<'a>,
    common: &'a Common,
}

/// What follows the login.
struct Rest<'a> {
    /// Before the at sign, and after it; without one, all of it and nothing.
    email: (&'a [u8], &'a str),
    team: Option<u32>,
    skills: Reader<'a>,
    extension: &'a [u8],
    address_kind: u32,
    address: &'a [u8],
    end: Reader<'a>,
}

impl Common {
    /// Appends an agent to `out`.
    pub(super) fn write(&mut self, entry: &Entry, out: &mut Vec<u8>) {
        put_text(out, entry.name);
        put_text(out, entry.login);
        if entry.email == entry.login {
            put(out, SAME);
        } else {
            match entry.email.rsplit_once('@') {
                Some((local, domain)) if !domain.is_empty() => {
                    let same = local == entry.login;
                    put(out, if same { LOGIN_AT } else { LOCAL_AT });
                    put(out, self.domains.number(domain));
                    if !same {
                        put_text(out, local);
                    }
                }
                Some(_) | None => {
                    put(out, NO_DOMAIN);
                    put_text(out, entry.email);
                }
            }
        }
        put_number(out, &mut self.teams, entry.team);
        put(out, entry.skills.len() as u32);
        for skill in entry.skills {
            put(out, self.skills.number(skill));
        }
        put_text(out, entry.extension);
        let identity = entry.address.strip_prefix(CLIENT);
        match identity.map(|identity| (identity, unescaped(identity))) {
            Some((identity, text)) if text == entry.login && escaped("", &text) == identity => {
                put(out, CLIENT_LOGIN);
            }
            Some((identity, text)) if text == entry.email && escaped("", &text) == identity => {
                put(out, CLIENT_EMAIL);
            }
            Some(_) | None => {
                put(out, OTHER);
                put_text(out, entry.address);
            }
        }
    }

    /// Reads an agent that [`Self::write`] wrote; of other bytes something, too.
    pub(super) fn read<'a>(&'a self, bytes: &'a [u8]) -> Record<'a> {
        Record {
            bytes: Reader::at(bytes, 0),
            common: self,
        }
    }

    /// How long the record is that `bytes` begin with.
    pub(super) fn length(&self, bytes: &[u8]) -> usize {
        bytes.len() - self.read(bytes).rest().end.left()
    }

    pub(super) fn bytes(&self) -> usize {
        self.teams.bytes() + self.skills.bytes() + self.domains.bytes()
    }
}

fn put_number(out: &mut Vec<u8>, names: &mut Names, text: &str) {
    let number = if text.is_empty() {
        0
    } else {
        names.number(text) + 1
    };
    put(out, number);
}

impl<'a> Record<'a> {
    fn rest(&self) -> Rest<'a> {
        let common = self.common;
        let mut reader = self.bytes;
        reader.skip_text();
        let login = reader.raw_text();
        let email = match reader.number() {
            SAME => (login, ""),
            LOGIN_AT => (login, common.domains.text(reader.number())),
            LOCAL_AT => {
                let domain = common.domains.text(reader.number());
                (reader.raw_text(), domain)
            }
            _ => (reader.raw_text(), ""),
        };
        let team = reader.number().checked_sub(1);
        let skills = reader;
        for _ in 0..reader.number() {
            if reader.is_at_end() {
                break;
            }
            reader.number();
        }
        let extension = reader.raw_text();
        let address_kind = reader.number();
        let address = if address_kind == OTHER {
            reader.raw_text()
        } else {
            &[]
        };
        Rest {
            email,
            team,
            skills,
            extension,
            address_kind,
            address,
            end: reader,
        }
    }

    /// Whether it says what `entry` does.
    pub(super) fn is(&self, entry: &Entry) -> bool {
        self.name() == entry.name
            && self.login() == entry.login
            && self.email() == entry.email
            && self.team() == entry.team
            && self.skills().eq(entry.skills.iter().copied())
            && self.rest().extension == entry.extension.as_bytes()
            && self.address() == entry.address
    }

    /// Full name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        let mut reader = self.bytes;
        reader.text()
    }

    fn login(&self) -> &'a str {
        let mut reader = self.bytes;
        reader.skip_text();
        reader.text()
    }

    /// One field, as people read it.
    #[must_use]
    pub fn text(&self, field: Field) -> Cow<'a, str> {
        match field {
            Field::Name => Cow::Borrowed(self.name()),
            Field::Login => Cow::Borrowed(self.login()),
            Field::Email => self.email(),
            Field::Team => Cow::Borrowed(self.team()),
            Field::Skills => Cow::Owned(self.skills().collect::<Vec<_>>().join(", ")),
            Field::Extension => Cow::Borrowed(utf8(self.rest().extension)),
            Field::Address => self.identity(),
        }
    }

    fn email(&self) -> Cow<'a, str> {
        match self.rest().email {
            (local, "") => Cow::Borrowed(utf8(local)),
            (local, domain) => Cow::Owned([utf8(local), "@", domain].concat()),
        }
    }

    /// Team; empty: none.
    #[must_use]
    pub fn team(&self) -> &'a str {
        let number = self.rest().team;
        number.map_or("", |number| self.common.teams.text(number))
    }

    /// The parts of the e-mail address, before the at sign and after it.
    pub(super) fn email_parts(&self) -> [&'a str; 2] {
        let (local, domain) = self.rest().email;
        [utf8(local), domain]
    }

    /// Skills, in the order in which they were given.
    pub fn skills(&self) -> impl Iterator<Item = &'a str> {
        let common = self.common;
        self.skill_numbers()
            .map(move |number| common.skills.text(number))
    }

    /// The skills' numbers in [`Common`].
    pub(super) fn skill_numbers(&self) -> impl Iterator<Item = u32> + 'a {
        let mut skills = self.rest().skills;
        let many = skills.number();
        (0..many).map_while(move |_| (!skills.is_at_end()).then(|| skills.number()))
    }

    /// The team's number in [`Common`].
    pub(super) fn team_number(&self) -> Option<u32> {
        self.rest().team
    }

    /// The contact address as it was given.
    #[must_use]
    pub fn address(&self) -> Cow<'a, str> {
        let rest = self.rest();
        match rest.address_kind {
            CLIENT_LOGIN => Cow::Owned(escaped(CLIENT, self.login())),
            CLIENT_EMAIL => Cow::Owned(escaped(CLIENT, &self.email())),
            _ => Cow::Borrowed(utf8(rest.address)),
        }
    }

    /// The contact address as people read it: the identity itself, or what follows `sip:`.
    fn identity(&self) -> Cow<'a, str> {
        let rest = self.rest();
        match rest.address_kind {
            CLIENT_LOGIN => Cow::Borrowed(self.login()),
            CLIENT_EMAIL => self.email(),
            _ => readable(utf8(rest.address)),
        }
    }

    /// The same, unless login and e-mail address say it already.
    pub(super) fn further_identity(&self) -> Option<Cow<'a, str>> {
        let rest = self.rest();
        (rest.address_kind == OTHER).then(|| readable(utf8(rest.address)))
    }
}

/// A contact address without its scheme and escapes.
pub(super) fn readable(address: &str) -> Cow<'_, str> {
    match address.strip_prefix(CLIENT) {
        Some(identity) => Cow::Owned(unescaped(identity)),
        None => Cow::Borrowed(address.split_once(':').map_or(address, |(_, rest)| rest)),
    }
}

/// `scheme`, then a client identity with everything but letters and digits as `_` and two hexadecimal digits: how Flex names a
/// worker's client after his login.
fn escaped(scheme: &str, text: &str) -> String {
    let mut identity = String::with_capacity(scheme.len() + text.len() + 16);
    identity.push_str(scheme);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            identity.push(char::from(byte));
        } else {
            identity.push('_');
            for half in [byte >> 4, byte & 15] {
                identity
                    .extend(char::from_digit(u32::from(half), 16).map(|c| c.to_ascii_uppercase()));
            }
        }
    }
    identity
}

/// The text that [`escaped`] made an identity of; one that it did not make is taken as it is.
fn unescaped(identity: &str) -> String {
    let mut text = Vec::with_capacity(identity.len());
    let mut rest = identity.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let hex = |at: usize| {
            after
                .get(at)
                .and_then(|&digit| char::from(digit).to_digit(16))
        };
        match (byte, hex(0), hex(1)) {
            (b'_', Some(high), Some(low)) => {
                text.push((high << 4 | low) as u8);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => text.push(byte),
        }
    }
    String::from_utf8(text).unwrap_or_else(|_| identity.to_owned())
}
