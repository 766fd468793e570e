//! The code in the README is code of the repository.

use std::{fs, path::Path};

/// The pieces of a README's snippet in `language`, and the file that they should stand in.
fn snippet(language: &str, source: &str) -> (Vec<String>, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let source = fs::read_to_string(root.join(source)).unwrap();
    let (_, rest) = readme.split_once(&format!("```{language}\n")).expect("the README shows the language");
    let (snippet, _) = rest.split_once("```").expect("the snippet ends");
    (snippet.trim_end().split("\n\n").map(str::to_owned).collect(), source)
}

#[test]
fn the_ink_snippet_stands_in_the_venue() {
    let (pieces, venue) = snippet("rust", "contracts/examples/perpetual-venue/outside.rs");
    assert_eq!(pieces.len(), 2);
    for piece in pieces {
        assert!(venue.contains(&piece), "not in the venue:\n{piece}");
    }
}

#[test]
fn the_solidity_snippet_stands_in_a_venue_that_is_tested() {
    let (pieces, venue) = snippet("solidity", "e2e-tests/solidity/Longs.sol");
    assert_eq!(pieces.len(), 2);
    for piece in pieces {
        assert!(venue.contains(&piece), "not in the venue:\n{piece}");
    }
}
