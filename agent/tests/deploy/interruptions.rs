//! A deployment that is interrupted, and taken up.

use std::cell::RefCell;
use std::fs;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use lockstep_agent::deploy::network::{Identity, NetworkError, Standing, Transaction, Wanted};
use lockstep_agent::deploy::record::{Book, RecordError};
use lockstep_devchain::{H160, H256};

use super::*;

/// Copies of a folder, one after each write, and what wrote.
#[derive(Default)]
struct Copies {
    from: PathBuf,
    taken: Vec<(&'static str, TempDir)>,
}

impl Copies {
    fn take(&mut self, after: &'static str) {
        let copy = folder();
        for name in left(&self.from) {
            fs::copy(self.from.join(&name), copy.path().join(&name)).expect("copied");
        }
        self.taken.push((after, copy));
    }
}

/// A network and a book after each of whose writes a copy of the folder is taken: what a process finds that starts
/// after this one was killed there.
struct Watched<T>(T, Rc<RefCell<Copies>>);

impl Network for Watched<Embedded> {
    fn identity(&self) -> Result<Identity, NetworkError> {
        self.0.identity()
    }
    fn prepare(&mut self, sender: &[u8; 32]) -> Result<(), NetworkError> {
        self.0.prepare(sender)
    }
    fn next_nonce(&self, sender: &[u8; 32]) -> Result<u32, NetworkError> {
        self.0.next_nonce(sender)
    }
    fn standing(&self, wanted: &Wanted) -> Result<Standing, NetworkError> {
        self.0.standing(wanted)
    }
    fn submit(&mut self, transaction: &Transaction, code: &[u8]) -> Result<(), NetworkError> {
        self.0.submit(transaction, code)?;
        self.1.borrow_mut().take("submit");
        Ok(())
    }
    fn await_block(&mut self) -> Result<(), NetworkError> {
        self.0.await_block()?;
        self.1.borrow_mut().take("block");
        Ok(())
    }
    fn code_hash(&self, address: H160) -> Result<Option<H256>, NetworkError> {
        self.0.code_hash(address)
    }
    fn view(&self, from: &[u8; 32], to: H160, data: Vec<u8>) -> Result<Vec<u8>, NetworkError> {
        self.0.view(from, to, data)
    }
}

impl Book for Watched<FileBook> {
    fn keep(&mut self, record: &Record) -> Result<(), RecordError> {
        self.0.keep(record)?;
        self.1.borrow_mut().take("record");
        Ok(())
    }
}

/// A complete deployment, and the folder as it was after each write on the way.
fn watched(suite: &Suite) -> (TempDir, Vec<(&'static str, TempDir)>) {
    let whole = folder();
    let config = Config::parse(CONFIG, suite).expect("it is sound");
    let copies = Rc::new(RefCell::new(Copies { from: whole.path().to_owned(), taken: Vec::new() }));
    let mut network = Watched(Embedded::open(&path(&whole, CHAIN)).expect("it begins"), copies.clone());
    let mut book = Watched(FileBook(path(&whole, RECORD)), copies.clone());
    let deployment = Deployment::take_up(&config, suite, &mut network, &mut book, None).expect("the right network");
    deployment.complete(&mut |_| {}).expect("it goes through");
    let taken = copies.take().taken;
    (whole, taken)
}

#[test]
fn interrupted_at_any_write_it_ends_the_same() {
    let suite = suite();
    let config = Config::parse(CONFIG, &suite).expect("it is sound");
    let (whole, copies) = watched(&suite);
    let order = ["record", "submit", "block", "record"];
    let writes: Vec<&str> = copies.iter().map(|(after, _)| *after).collect();
    assert_eq!(writes, order.repeat(STEPS));
    let ends = |folder: &Path| (fs::read(folder.join(RECORD)).unwrap(), fs::read(folder.join(CHAIN)).unwrap());
    let expected = ends(whole.path());
    let next = std::sync::Mutex::new(copies.into_iter().enumerate());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Some((index, (after, copy))) = next.lock().unwrap().next() else { break };
                    // What a process leaves that is killed in the middle of its next write.
                    for name in [RECORD, CHAIN] {
                        fs::write(copy.path().join(format!(".{name}.partial")), "cut sho").expect("written");
                    }
                    let mut told = Vec::new();
                    take_up(copy.path(), &config, &suite, &mut |step| told.push(step)).expect("it goes through");
                    assert!(ends(copy.path()) == expected, "after write {index}, of the {after}");
                    let found = told.iter().filter(|told| matches!(told, Told::Found(..))).count();
                    let stands = told.iter().filter(|told| matches!(told, Told::Stands(..))).count();
                    // Every fourth write records a step; the two before it are found on chain.
                    assert_eq!(stands, (index + 1) / 4, "after write {index}, of the {after}");
                    assert_eq!(found, usize::from(index % 4 == 1 || index % 4 == 2), "{index}, {after}");
                }
            });
        }
    });
}

#[test]
fn killed_again_and_again_it_ends_the_same() {
    let (whole, killed) = (folder(), folder());
    deployed(whole.path(), CONFIG);
    let seen = |folder: &Path| ["embedded.json", "embedded.chain"].map(|name| fs::read(folder.join(name)).ok());
    let mut kills = 0;
    loop {
        let before = seen(killed.path());
        let mut run = command(killed.path(), CONFIG, &["--execute"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let status = loop {
            if let Some(status) = run.try_wait().expect("it is a child") {
                break Some(status);
            }
            if seen(killed.path()) != before {
                run.kill().expect("it is a child");
                run.wait().expect("it is a child");
                break None;
            }
            thread::sleep(Duration::from_millis(1));
        };
        match status {
            None => kills += 1,
            Some(status) => {
                assert!(status.success(), "{:?}", run.wait_with_output());
                break;
            }
        }
        assert!(kills < 10 * STEPS, "it never gets on");
    }
    assert!(kills >= STEPS / 2, "only {kills} runs were killed");
    assert!(seen(killed.path()) == seen(whole.path()), "after {kills} kills");
}

#[test]
fn a_second_run_waits_its_turn() {
    let folder = folder();
    let lock = fs::File::create(path(&folder, ".embedded.lock")).expect("written");
    lock.lock().expect("nobody has it");
    let refused = said(&lockstep(folder.path(), CONFIG, &["--execute"]), 3);
    assert_eq!(refused, "lockstep: .embedded.lock: another deployment is going on\n");
    assert_eq!(left(folder.path()), [".embedded.lock", "embedded.toml"]);
    drop(lock);
    deployed(folder.path(), CONFIG);
}

/// A folder in which a run was interrupted after so many writes.
fn interrupted_after(writes: usize) -> TempDir {
    watched(&suite()).1.swap_remove(writes - 1).1
}

#[test]
fn a_transaction_in_flight_is_not_replaced_by_another() {
    let folder = interrupted_after(18);
    let flight = record(folder.path()).in_flight.expect("there is one");
    assert_eq!(flight.step, "deploy oracle-guard-implementation");
    let other = changed("tolerance = 60", "tolerance = 61");
    let refused = said(&lockstep(folder.path(), &other, &["--execute"]), 1);
    let expected = format!(
        "lockstep: an interrupted run sent the transaction {:?} for the step `deploy oracle-guard-implementation`; by \
         what is built and configured now `deploy oracle-guard-implementation` comes next with another: run again with the build and the \
         configuration of that run\n",
        flight.transaction
    );
    assert_eq!(refused, expected);
    said(&lockstep(folder.path(), CONFIG, &["--execute"]), 0);
}

#[test]
fn a_transaction_that_never_arrived_may_become_another() {
    let folder = interrupted_after(17);
    assert_eq!(record(folder.path()).in_flight.expect("there is one").step, "deploy oracle-guard-implementation");
    let other = changed("tolerance = 60", "tolerance = 61");
    let made = deployed(folder.path(), &other);
    let tolerance = made.contracts["oracle-guard"].arguments.iter().find(|argument| argument.name == "tolerance");
    assert_eq!(tolerance.expect("it is there").value, "61");
}

#[test]
fn what_a_constructor_refuses_is_named_and_mended() {
    let folder = folder();
    let refused = said(&lockstep(folder.path(), &changed("tolerance = 60", "tolerance = 0"), &["--execute"]), 4);
    assert_eq!(
        refused,
        "lockstep: deploy oracle-guard-implementation: refused in block 6: ParameterOutOfRange(0, 86400)\n"
    );
    let kept = record(folder.path());
    assert_eq!((kept.contracts.len(), kept.in_flight), (4, None));
    let made = deployed(folder.path(), CONFIG);
    assert_eq!(made.contracts["oracle-guard-implementation"].sent.block, 7);
}
