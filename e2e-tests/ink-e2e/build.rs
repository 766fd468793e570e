//! `ink_e2e::test` reads the URL of the node while it is compiled.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=CONTRACTS_NODE_URL");
}
