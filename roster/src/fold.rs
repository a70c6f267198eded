//! Folding: what is the same to somebody who types in a hurry.
//!
//! Case, accents, widths and digits' scripts are folded; letters keep their script. Text in either normal form (NFC,
//! NFD: Unicode Annex 15) folds alike: a mark that Latin, Greek, Cyrillic or Arabic letters carry is dropped, and a
//! Hangul syllable becomes its jamo, so that one still being composed by an input method begins the finished one.

/// What becomes of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Folded {
    /// These letters, one to three.
    Letters([char; 3]),
    /// Nothing, as if it were not there: marks, apostrophes, invisible characters.
    Nothing,
    /// A gap between words.
    Gap,
}

/// Fills the places of [`Folded::Letters`] that hold no letter.
const NONE: char = '\0';

impl Folded {
    /// Its letters, if any.
    pub(crate) fn letters(self) -> impl Iterator<Item = char> {
        let letters = match self {
            Self::Letters(letters) => letters,
            Self::Nothing | Self::Gap => [NONE; 3],
        };
        letters.into_iter().take_while(|&letter| letter != NONE)
    }
}

/// Text in lower case without accents, gaps kept as they are: what names are ordered by.
#[must_use]
pub fn fold(text: &str) -> String {
    folded(text).collect()
}

/// The letters of [`fold`], one after another.
pub(crate) fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().flat_map(|c| {
        let kept = match fold_char(c) {
            Folded::Gap if c.is_whitespace() => Folded::Letters([' ', NONE, NONE]),
            Folded::Gap => one(c),
            Folded::Nothing if c.is_ascii() => one(c),
            other @ (Folded::Letters(_) | Folded::Nothing) => other,
        };
        kept.letters()
    })
}

/// Folds one character.
pub(crate) fn fold_char(c: char) -> Folded {
    match c {
        'a'..='z' | '0'..='9' => one(c),
        'A'..='Z' => one(c.to_ascii_lowercase()),
        '\'' | '`' => Folded::Nothing,
        '\0'..='\u{bf}' => match c {
            '\u{ad}' | '\u{b4}' => Folded::Nothing,
            'ª' => one('a'),
            'º' => one('o'),
            _ => Folded::Gap,
        },
        '×' | '÷' => Folded::Gap,
        '\u{c0}'..='\u{24f}' => latin(c, '\u{c0}', LATIN),
        '\u{1e00}'..='\u{1eff}' => latin(c, '\u{1e00}', LATIN_ADDITIONAL),
        // A modifier letter that is an apostrophe.
        '\u{2b9}'..='\u{2bf}' => Folded::Nothing,
        '\u{300}'..='\u{36f}' => Folded::Nothing,
        '\u{370}'..='\u{52f}' => one(greek_or_cyrillic(first_lower(c))),
        '\u{600}'..='\u{6ff}' => arabic(c),
        '๐'..='๙' => digit(c, '๐'),
        // Jamo: leading consonant, vowel, and a trailing one, by Unicode 3.12.
        '가'..='힣' => hangul(c),
        '\u{2000}'..='\u{206f}' => invisible(c),
        '\u{2070}'..='\u{2bff}' => Folded::Gap,
        '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '・' => Folded::Gap,
        // Katakana as hiragana.
        'ァ'..='ヶ' => lowered(c, 0x60),
        // Full width as ASCII, which knows what to do with it.
        '\u{ff01}'..='\u{ff5e}' => match lowered(c, 0xfee0) {
            Folded::Letters([ascii, ..]) => fold_char(ascii),
            other @ (Folded::Nothing | Folded::Gap) => other,
        },
        '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => Folded::Nothing,
        _ if c.is_whitespace() || c.is_control() => Folded::Gap,
        _ => one(first_lower(c)),
    }
}

fn one(c: char) -> Folded {
    Folded::Letters([c, NONE, NONE])
}

/// Lower case where that is a single character; nowhere beyond the tables is it more.
fn first_lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// Base letters of U+00C0 to U+024F by Unicode's decompositions, and of the stroked and hooked ones by their look;
/// `?` stands for several letters, `.` for none.
const LATIN: &[u8] = b"\
aaaaaa?ceeeeiiiidnooooo.ouuuuy??aaaaaa?ceeeeiiiidnooooo.ouuuuy?y\
aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii??jjkkklllllll\
lllnnnnnnnnnoooooo??rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs\
bb....occd.dd.eeeffg...ikkl..nn.oo..pp.....ttttuu.vyyzz.........\
....?????????aaiioouuuuuuuuuueaaaa??ggggkkoooo..j???gg..nnaa??oo\
aaaaeeeeiiiioooorrrruuuusstt..hhnd..zzaaeeooooooooyylnt...acclts\
z..b..eejj..rryy";

/// The same of U+1E00 to U+1EFF, Vietnamese among them.
const LATIN_ADDITIONAL: &[u8] = b"\
aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm\
mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv\
wwwwwwwwwwxxxxyyzzzzzzhtwyasss?.aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee\
eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";

fn latin(c: char, from: char, table: &[u8]) -> Folded {
    let at = (u32::from(c) - u32::from(from)) as usize;
    let pair = |a, b| Folded::Letters([a, b, NONE]);
    match table.get(at) {
        Some(b'?') => match first_lower(c) {
            'æ' | 'ǣ' | 'ǽ' => pair('a', 'e'),
            'œ' => pair('o', 'e'),
            'þ' => pair('t', 'h'),
            'ĳ' => pair('i', 'j'),
            'ǆ' | 'ǅ' | 'ǳ' => pair('d', 'z'),
            'ǉ' => pair('l', 'j'),
            'ǌ' => pair('n', 'j'),
            _ => pair('s', 's'),
        },
        Some(&letter) if letter != b'.' => one(char::from(letter)),
        _ => one(first_lower(c)),
    }
}

/// Without tonos, dialytika, breve and diaeresis; a final sigma is a sigma. So "Еремин" finds "Ерёмин".
fn greek_or_cyrillic(c: char) -> char {
    match c {
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ΐ' | 'ί' | 'ϊ' => 'ι',
        'ό' => 'ο',
        'ΰ' | 'ύ' | 'ϋ' => 'υ',
        'ώ' => 'ω',
        'ς' => 'σ',
        'ё' | 'ѐ' => 'е',
        'й' | 'ѝ' => 'и',
        'ѓ' => 'г',
        'ї' => 'і',
        'ќ' => 'к',
        'ў' => 'у',
        other => other,
    }
}

/// Without vowel signs and tatweel; the forms of alef, yeh and kaf as one; digits as ASCII.
fn arabic(c: char) -> Folded {
    match c {
        '\u{60c}' | '\u{61b}' | '\u{61f}' | '\u{66a}'..='\u{66d}' | '\u{6d4}' => Folded::Gap,
        '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' => Folded::Nothing,
        '\u{622}' | '\u{623}' | '\u{625}' | '\u{671}' => one('\u{627}'),
        '\u{624}' => one('\u{648}'),
        '\u{626}' | '\u{649}' | '\u{6cc}' => one('\u{64a}'),
        '\u{6a9}' => one('\u{643}'),
        '\u{660}'..='\u{669}' => digit(c, '\u{660}'),
        '\u{6f0}'..='\u{6f9}' => digit(c, '\u{6f0}'),
        letter => one(letter),
    }
}

fn digit(c: char, zero: char) -> Folded {
    char::from_digit(u32::from(c) - u32::from(zero), 10).map_or(Folded::Gap, one)
}

fn hangul(c: char) -> Folded {
    const SYLLABLES: u32 = 0xac00;
    const TRAILING: u32 = 28;
    const VOWELS: u32 = 21;
    let index = u32::from(c) - SYLLABLES;
    let jamo = |from: u32, at: u32| char::from_u32(from + at).unwrap_or(NONE);
    let trailing = match index % TRAILING {
        0 => NONE,
        at => jamo(0x11a7, at),
    };
    Folded::Letters([
        jamo(0x1100, index / (TRAILING * VOWELS)),
        jamo(0x1161, index / TRAILING % VOWELS),
        trailing,
    ])
}

/// General punctuation: hyphens and dashes part words; joiners, direction marks and apostrophes do not.
fn invisible(c: char) -> Folded {
    match c {
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => {
            Folded::Nothing
        }
        '\u{2018}' | '\u{2019}' | '\u{2032}' => Folded::Nothing,
        _ => Folded::Gap,
    }
}

fn lowered(c: char, by: u32) -> Folded {
    char::from_u32(u32::from(c) - by).map_or(Folded::Gap, one)
}
