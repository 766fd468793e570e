//! Prints the test vectors of `contracts/settlement/TREE.md`.

mod vectors;

fn main() {
    print!("{}", vectors::json());
}
