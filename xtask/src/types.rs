//! Whether the committed TypeScript types are those of this build.
//!
//! wasm-bindgen writes the declarations in the order in which the linker found them, and names some of the raw exports by
//! a hash that changes with the compiler: what is compared is the declarations, in any order, without the raw exports.

use crate::place::Place;
use crate::process::{command, output};
use std::collections::BTreeSet;

/// The typed surface, as wasm-pack makes it.
const FILE: &str = "pkg/backline.d.ts";
/// Begins the declaration of the module's raw exports, which no caller uses: they are wasm-bindgen's own affair.
const RAW_EXPORTS: &str = "export interface InitOutput";

/// Prints every declaration that differs from the committed (or staged) one; whether there is none.
pub fn are_committed(place: &Place) -> bool {
    let committed = output(command("git", &place.root).args(["show", &format!(":{FILE}")]));
    let built = std::fs::read_to_string(place.path(FILE));
    let (Some(committed), Ok(built)) = (committed, built) else {
        println!("{FILE} is not committed, or was not built");
        return false;
    };
    let differences = differences(&committed, &built);
    for difference in &differences {
        println!("{difference}");
    }
    differences.is_empty()
}

fn differences(committed: &str, built: &str) -> Vec<String> {
    let (committed, built) = (declarations(committed), declarations(built));
    let gone = committed.difference(&built);
    let new = built.difference(&committed);
    gone.map(|one| format!("only committed:\n{one}"))
        .chain(new.map(|one| format!("only built:\n{one}")))
        .collect()
}

/// What stands between blank lines: a declaration and its comment.
fn declarations(text: &str) -> BTreeSet<&str> {
    text.split("\n\n")
        .map(str::trim)
        .filter(|one| !one.is_empty() && !one.starts_with(RAW_EXPORTS))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPES: &str = "/**\n * A tab.\n */\nexport type Tab = \"agent\";\n\nexport interface Callee {\n    name: string;\n}\n";

    #[test]
    fn the_order_of_declarations_and_the_raw_exports_do_not_matter() {
        let (tab, callee) = TYPES.split_once("\n\n").unwrap();
        let raw = format!("{RAW_EXPORTS} {{\n    readonly invoke__h19bdaa67: () => void;\n}}");
        let other = format!("{callee}\n\n\n{tab}\n\n{raw}\n");
        assert_eq!(differences(TYPES, &other), Vec::<String>::new());
    }

    #[test]
    fn a_changed_declaration_is_told_from_both_sides() {
        let differences = differences(TYPES, &TYPES.replace("agent", "queue"));
        assert_eq!(differences.len(), 2);
        assert!(differences[0].contains("agent") && differences[1].contains("queue"));
    }

    #[test]
    fn a_comment_is_part_of_its_declaration() {
        assert_eq!(
            differences(TYPES, &TYPES.replace("A tab", "A panel's tab")).len(),
            2
        );
    }
}
