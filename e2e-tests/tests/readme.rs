//! The code in the README is code of the repository.

use std::{fs, path::Path};

#[test]
fn the_ink_snippet_stands_in_the_venue() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let venue = fs::read_to_string(root.join("contracts/examples/perpetual-venue/outside.rs")).unwrap();
    let (_, rest) = readme.split_once("```rust\n").expect("the README shows Rust");
    let (snippet, _) = rest.split_once("```").expect("the snippet ends");
    let pieces: Vec<&str> = snippet.trim().split("\n\n").collect();
    assert_eq!(pieces.len(), 2);
    for piece in pieces {
        assert!(venue.contains(piece), "not in the venue:\n{piece}");
    }
}
