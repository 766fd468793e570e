//! One million leaves: time and memory to build the sum tree from a stream, beside the plain Merkle tree of `rs_merkle`
//! over the same leaves with the same hash function in the same run; size of a proof; time to verify one.
//!
//! Times are those that the thread had a processor, where the system says so, so that other work on the machine weighs
//! little.
//!
//! `cargo bench -p lockstep-core --bench snapshot` prints the figures and fails where a leaf takes longer than in the
//! plain tree, or where a proof or the memory a leaf has grown beyond `benches/snapshot.json`. `-- --renew` writes that
//! file anew.

use std::{
    env, fs,
    time::{Duration, Instant},
};

use lockstep_core::{
    ids::{Account, DomainId, ForkId, MarketId, PlanId},
    keccak::keccak256,
    settlement::{Basis, Context, Leaf, Tree, TreeBuilder, encode_proof, verify},
    units::Price,
};
use peak_alloc::PeakAlloc;
use rs_merkle::{Hasher, MerkleTree};
use serde_json::{Value, json};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const LEAVES: u64 = 1_000_000;
const ROUNDS: usize = 3;
const BASELINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/snapshot.json");
const CONTEXT: Context =
    Context { domain: DomainId(1), fork: ForkId([0xf0; 32]), plan: PlanId(7), market: MarketId(3) };

#[derive(Clone)]
struct Keccak;

impl Hasher for Keccak {
    type Hash = [u8; 32];

    fn hash(data: &[u8]) -> [u8; 32] {
        keccak256(data)
    }
}

fn leaf(index: u64) -> Leaf {
    let mut account = [0; 20];
    account[..8].copy_from_slice(&index.to_be_bytes());
    let side = if index.is_multiple_of(2) { 1 } else { -1 };
    Leaf {
        index,
        account: Account(account),
        size: side * 1_000_000_000_000_000_000,
        entry_price: Price(1_600_000_000_000_000_000_000),
        margin: 160_000_000,
        unrealised: side * 5_000_000,
        basis: Basis::PerBranchClaim,
    }
}

fn sum_tree() -> Tree {
    let room = usize::try_from(LEAVES).expect("it fits");
    let mut builder = TreeBuilder::with_capacity(keccak256, CONTEXT, room);
    for index in 0..LEAVES {
        builder.push(&leaf(index)).expect("the leaves are in order");
    }
    builder.finish().expect("the sums fit")
}

/// The same leaves without sums. Each is hashed with its 48 bytes of context, as the leaves of a plain tree are that
/// must not be valid elsewhere.
fn plain_tree() -> MerkleTree<Keccak> {
    let context = [0xf0; 48];
    let hashes: Vec<[u8; 32]> =
        (0..LEAVES).map(|index| keccak256(&[context.as_slice(), &leaf(index).bytes()].concat())).collect();
    MerkleTree::from_leaves(&hashes)
}

/// How long this thread has had a processor.
fn processor_time() -> Option<Duration> {
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(told.split_whitespace().next()?.parse().ok()?))
}

/// The time that `work` takes.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let (clock, processor) = (Instant::now(), processor_time());
    let done = work();
    let wall = clock.elapsed();
    (done, processor.zip(processor_time()).map_or(wall, |(before, after)| after.saturating_sub(before)))
}

/// The best of some rounds, with the memory at its peak; what is built is dropped between them.
fn measured<T>(build: impl Fn() -> T) -> (T, Duration, usize) {
    let mut best: Option<(T, Duration, usize)> = None;
    for _ in 0..ROUNDS {
        let before = best.take();
        let least = before.as_ref().map_or(Duration::MAX, |(_, time, _)| *time);
        drop(before);
        let held = ALLOCATOR.current_usage();
        ALLOCATOR.reset_peak_usage();
        let (tree, time) = timed(&build);
        best = Some((tree, time.min(least), ALLOCATOR.peak_usage().saturating_sub(held)));
    }
    best.expect("there is a round")
}

fn thousandths(part: u128, whole: u128) -> u64 {
    u64::try_from(part * 1_000 / whole.max(1)).expect("a ratio is small")
}

fn main() {
    let (plain, plain_time, plain_memory) = measured(plain_tree);
    let plain_proof = plain.proof(&[usize::try_from(LEAVES / 2).expect("it fits")]).to_bytes().len();
    drop(plain);
    let (tree, time, memory) = measured(sum_tree);
    let proof = tree.prove(LEAVES / 2).expect("the leaf is in the tree");
    let ((), thousand) = timed(|| {
        for _ in 0..1_000 {
            verify(keccak256, &CONTEXT, tree.root(), LEAVES, &leaf(LEAVES / 2), &proof).expect("the proof is good");
        }
    });
    let verifying = thousand / 1_000;
    let proof_bytes = encode_proof(&proof).len();
    let bytes_per_leaf = u64::try_from(memory).expect("it fits") / LEAVES;
    let time_ratio = thousandths(time.as_nanos(), plain_time.as_nanos());
    println!("leaves               {LEAVES}");
    println!(
        "sum tree             {time:.2?}, {} ns a leaf, {bytes_per_leaf} bytes a leaf",
        time.as_nanos() / u128::from(LEAVES)
    );
    println!(
        "plain tree           {plain_time:.2?}, {} ns a leaf, {} bytes a leaf",
        plain_time.as_nanos() / u128::from(LEAVES),
        plain_memory / 1_000_000
    );
    println!("time, sum to plain   {time_ratio} / 1000");
    println!("proof                {proof_bytes} bytes (plain {plain_proof}), verified in {verifying:.2?}");

    let now = json!({ "leaves": LEAVES, "time_per_mille_of_plain": time_ratio, "proof_bytes": proof_bytes, "bytes_per_leaf": bytes_per_leaf });
    if env::args().any(|argument| argument == "--renew") {
        let text = serde_json::to_string_pretty(&now).expect("a value is JSON") + "\n";
        fs::write(BASELINE, text).expect("the baseline can be written");
        return;
    }
    let text = fs::read_to_string(BASELINE).expect("the baseline is committed");
    let before: Value = serde_json::from_str(&text).expect("the baseline is JSON");
    let grown = |name: &str| {
        let (was, is) = (before[name].as_u64().expect("a number"), now[name].as_u64().expect("a number"));
        assert!(is * 100 <= was * 102, "{name} has grown from {was} to {is}");
    };
    grown("proof_bytes");
    grown("bytes_per_leaf");
    assert!(time_ratio <= 1_000, "a leaf of the sum tree takes longer than one of the plain tree: {time_ratio} / 1000");
}
