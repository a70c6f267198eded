//! The agent directory's search engine: an index of everybody, searched at every keystroke and changed while it is.
//!
//! A crate of its own because it is compiled for speed, and everything else in the plugin for size. Knows nothing of
//! Twilio.
//!
//! Every word typed must match a word of the agent's: of the name, the login, the e-mail address, the team, the skills,
//! the extension or the contact address, and in one of the ways of [`quality`]. Case, accents and widths are folded
//! ([`fold`]). Best first: by how well the words match, then the reachable, then favourites and those called last, then
//! by name.
//!
//! | file | does |
//! |---|---|
//! | `fold`, `words` | what counts as the same letter, and as a word |
//! | `quality`, `typo` | how a word matches a term |
//! | `record`, `people` | everybody, compactly; statuses |
//! | `lexicon`, `grams`, `beginnings`, `bytes`, `bits` | all words in order, those that hold three letters, and who has them |
//! | `fresh`, `scan`, `merge` | what came since, and how it settles |
//! | `query`, `sieve`, `rank`, `highlight`, `search` | a search, in this order |
//! | `values` | what filters can be clicked |
//! | `index`, `snapshot` | the whole, and the whole as bytes |
//! | `oracle` | the same search by looking at everybody; not in the plugin |
//! | `detail` | what stands below a name |
//! | `tally` | what a search looks at, counted in tests |

mod beginnings;
mod bits;
mod bytes;
mod detail;
mod fold;
mod fresh;
mod grams;
mod highlight;
mod index;
mod lexicon;
mod merge;
#[cfg(any(test, feature = "oracle"))]
pub mod oracle;
mod people;
mod quality;
mod query;
mod rank;
mod record;
mod runs;
mod scan;
mod search;
mod sieve;
mod snapshot;
mod tally;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))] // proptest wants randomness of the system
mod tests;
mod typo;
mod values;
mod words;

pub use detail::detail;
pub use fold::fold;
pub use highlight::{Field, Mark};
pub use index::Index;
pub use people::Status;
pub use query::{Facet, Filter};
pub use record::{Entry, Record};
pub use search::{Found, Hit};
pub use snapshot::SnapshotError;
pub use values::{value_key, VALUES};

/// How many rows a search gives at most: more than anybody reads, few enough to draw in a frame.
pub const ROWS: usize = 50;
