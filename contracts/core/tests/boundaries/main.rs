//! The last second of a time and the first one after it, and what else only the contracts depend on.

mod guard;
mod margin;
mod registry;
mod settlement;
