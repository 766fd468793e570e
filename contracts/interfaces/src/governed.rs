use ink::{prelude::vec::Vec, sol::DynBytes};

/// What the governor asks a contract before it calls one of its setters.
#[ink::trait_definition]
pub trait Governed {
    /// What a call with `call_data` by governance would do as things stand: whether it loosens (asks for less margin,
    /// or lets somebody take more risk), and which markets it touches, at most
    /// `lockstep_core::governance::MAX_MARKETS`, or `lockstep_core::governance::EVERY_MARKET` for all. A call that is
    /// not known loosens on every market.
    #[ink(message)]
    fn touches(&self, call_data: DynBytes) -> (bool, Vec<u32>);
}
