//! What a rehearsal shows while it runs and when it is over.
//!
//! Lines go to standard output in the order of simulated time, whatever the order in which the arms compute, so that
//! two runs print the same. The progress bar goes to standard error, and only where that is a terminal.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::clock::{span, stamp};
use crate::decimal::format_signed;
use crate::incident::Incident;
use crate::outcome::{Arm, Moment, PromiseState, QUOTE_DECIMALS};
use crate::report::{Report, rows};

/// How often the progress bar shows that the program is alive.
const TICK: Duration = Duration::from_millis(200);

/// What an arm tells while it runs.
#[derive(Clone, Debug)]
pub enum Signal {
    /// Something for the timeline; never before the last [`Signal::Reached`] of the same arm.
    Moment(Arm, Moment),
    /// Everything before this moment (Unix seconds) has been told.
    Reached(Arm, u64),
}

/// Prints the timeline of both arms as one.
#[derive(Debug)]
pub struct Timeline<W: Write> {
    out: W,
    reached: [u64; 2],
    waiting: Vec<(u64, usize, String)>,
    bar: ProgressBar,
    start: u64,
}

impl<W: Write> Timeline<W> {
    /// A timeline over the simulated span from `start` to `end`.
    pub fn new(out: W, start: u64, end: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(2 * (end - start)), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {bar:40} {percent:>3} %  {wide_msg}") {
            bar.set_style(style);
        }
        bar.set_message("deploying contracts, funding accounts");
        bar.enable_steady_tick(TICK);
        Self { out, reached: [start; 2], waiting: Vec::new(), bar, start }
    }

    /// Takes what an arm tells and prints what can no longer be preceded by anything.
    ///
    /// # Errors
    /// Where standard output cannot be written.
    pub fn take(&mut self, signal: Signal) -> io::Result<()> {
        match signal {
            Signal::Moment(arm, moment) => {
                self.waiting.push((
                    moment.at,
                    index(arm),
                    format!("{}  {:<7}  {}", stamp(moment.at), tag(arm), moment.what),
                ));
                Ok(())
            }
            Signal::Reached(arm, at) => {
                self.reached[index(arm)] = at;
                let done: u64 = self.reached.iter().map(|at| at.saturating_sub(self.start)).sum();
                self.bar.set_position(done);
                self.bar.set_message(format!(
                    "both arms have reached {}",
                    stamp(self.reached.into_iter().min().unwrap_or(at))
                ));
                self.print_before(self.reached.into_iter().min().unwrap_or(0))
            }
        }
    }

    /// Prints the rest and takes the bar away.
    ///
    /// # Errors
    /// Where standard output cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.print_before(u64::MAX)?;
        self.bar.finish_and_clear();
        self.out.flush()
    }

    fn print_before(&mut self, limit: u64) -> io::Result<()> {
        // Stable: lines of one arm at one moment keep their order.
        self.waiting.sort_by_key(|(at, arm, _)| (*at, *arm));
        let ready = self.waiting.partition_point(|(at, ..)| *at < limit);
        let lines: Vec<String> = self.waiting.drain(..ready).map(|(_, _, line)| line).collect();
        if lines.is_empty() {
            return Ok(());
        }
        let out = &mut self.out;
        self.bar.suspend(|| lines.iter().try_for_each(|line| writeln!(out, "{line}")).and_then(|()| out.flush()))
    }
}

const fn index(arm: Arm) -> usize {
    match arm {
        Arm::Without => 0,
        Arm::With => 1,
    }
}

const fn tag(arm: Arm) -> &'static str {
    match arm {
        Arm::Without => "without",
        Arm::With => "with",
    }
}

/// Prints what is about to be rehearsed.
///
/// # Errors
/// Where `out` cannot be written.
pub fn print_opening(out: &mut impl Write, incident: &Incident, traders: usize) -> io::Result<()> {
    let (opens, closes) = (incident.host.opens_at.value, incident.host.closes_at.value);
    let markets: Vec<&str> = incident.markets.iter().map(|market| market.asset.as_str()).collect();
    writeln!(out, "{}\n", incident.title)?;
    writeln!(
        out,
        "{traders} traders on {} go through {} of it, from {} UTC on, twice:",
        markets.join(", "),
        span(closes - opens),
        stamp(opens)
    )?;
    writeln!(out, "  without   the venue acts on the last price that was reported, whatever its age")?;
    writeln!(out, "  with      the venue asks Lockstep's oracle guard\n")?;
    out.flush()
}

/// Prints the table and the promises.
///
/// # Errors
/// Where `out` cannot be written.
pub fn print_closing(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let longest = rows(report).map(|(name, ..)| name.chars().count()).max().unwrap_or(0);
    writeln!(out, "\n{:longest$}  {:>18}  {:>18}", "", Arm::Without.title(), Arm::With.title())?;
    for (name, figure, _) in rows(report) {
        let [without, with] = report.summaries.each_ref().map(figure);
        writeln!(out, "{name:longest$}  {without:>18}  {with:>18}")?;
    }
    for arm in Arm::BOTH {
        print_wronged(out, report, arm)?;
    }
    writeln!(out, "\nPromises, with Lockstep:")?;
    for promise in &report.promises {
        writeln!(out, "  {:<10}  {}\n              {}", promise.state.title(), promise.says, promise.evidence)?;
    }
    let lost: Vec<&str> = report
        .promises_without
        .iter()
        .filter(|each| each.state == PromiseState::Broken)
        .map(|each| each.says)
        .collect();
    if !lost.is_empty() {
        writeln!(out, "\nBroken without Lockstep:")?;
        for says in lost {
            writeln!(out, "  {says}")?;
        }
    }
    let broken = report.promises.iter().filter(|promise| promise.state == PromiseState::Broken).count();
    match broken {
        0 => writeln!(out, "\nEvery promise held."),
        1 => writeln!(out, "\nA promise was BROKEN."),
        broken => writeln!(out, "\n{broken} promises were BROKEN."),
    }
}

/// Who was liquidated although sound at the true price, and what it cost.
fn print_wronged(out: &mut impl Write, report: &Report, arm: Arm) -> io::Result<()> {
    let mut wronged: BTreeMap<usize, i128> = BTreeMap::new();
    for each in report.outcome.arm(arm).liquidations.iter().filter(|each| each.is_wrongful()) {
        *wronged.entry(each.trader).or_default() += each.loss;
    }
    if wronged.is_empty() {
        return writeln!(out, "\nLiquidated wrongly {}: nobody", arm.phrase());
    }
    writeln!(out, "\nLiquidated wrongly {}, and what it cost in USD:", arm.phrase())?;
    let name = |trader: &usize| report.outcome.traders[*trader].name.as_str();
    let longest = wronged.keys().map(|trader| name(trader).chars().count()).max().unwrap_or(0);
    for (trader, loss) in &wronged {
        writeln!(out, "  {:longest$}  {:>12}", name(trader), format_signed(*loss, QUOTE_DECIMALS, 2))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(at: u64, what: &str) -> Moment {
        Moment { at, what: what.to_owned() }
    }

    fn printed(signals: Vec<Signal>) -> String {
        let mut out = Vec::new();
        let mut timeline = Timeline::new(&mut out, 0, 100);
        for signal in signals {
            timeline.take(signal).expect("memory can be written");
        }
        timeline.finish().expect("memory can be written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn the_order_of_the_threads_does_not_show() {
        let with = vec![
            Signal::Moment(Arm::With, moment(10, "b")),
            Signal::Moment(Arm::With, moment(10, "c")),
            Signal::Reached(Arm::With, 60),
            Signal::Moment(Arm::With, moment(70, "d")),
        ];
        let without = vec![Signal::Moment(Arm::Without, moment(10, "a")), Signal::Reached(Arm::Without, 80)];
        let one = printed(with.iter().chain(&without).cloned().collect());
        let other = printed(without.iter().chain(&with).cloned().collect());
        assert_eq!(one, other);
        let order: String = one.lines().filter_map(|line| line.chars().last()).collect();
        assert_eq!(order, "abcd");
        assert!(one.starts_with("1970-01-01 00:00:10  without  a\n1970-01-01 00:00:10  with     b\n"), "{one}");
    }

    #[test]
    fn a_line_waits_until_nothing_can_precede_it() {
        let mut out = Vec::new();
        let mut timeline = Timeline::new(&mut out, 0, 100);
        timeline.take(Signal::Moment(Arm::With, moment(10, "b"))).expect("taken");
        timeline.take(Signal::Reached(Arm::With, 50)).expect("taken");
        assert!(timeline.out.is_empty());
        timeline.take(Signal::Reached(Arm::Without, 11)).expect("taken");
        assert!(!timeline.out.is_empty());
    }
}
