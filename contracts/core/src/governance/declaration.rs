use alloc::vec::Vec;

use crate::governance::GovernanceError;

/// Most markets that a proposal may name.
pub const MAX_MARKETS: usize = 8;
/// Stands for every market.
pub const EVERY_MARKET: u32 = u32::MAX;

/// What a call does to those who trade, as the contract that is called tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touch {
    /// Whether it asks for less margin, or lets somebody take more risk.
    pub loosens: bool,
    /// The markets concerned; [`EVERY_MARKET`] for all.
    pub markets: Vec<u32>,
}

/// What a proposal says of itself. It stands in its description, and so in its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// Whether it may loosen. It may unless it says otherwise.
    pub loosens: bool,
    /// The markets that it may touch; [`EVERY_MARKET`] for all.
    pub markets: Vec<u32>,
}

impl Declaration {
    /// Reads the tags `#markets=1,2` (or `#markets=*`) and `#tightening`, each up to the next blank or `#`.
    ///
    /// # Errors
    /// [`GovernanceError::UnreadableMarkets`], [`GovernanceError::TooManyMarkets`].
    pub fn read(description: &str) -> Result<Self, GovernanceError> {
        let mut read = Self { loosens: true, markets: Vec::new() };
        for tagged in description.as_bytes().split(|byte| *byte == b'#').skip(1) {
            let tag = tagged.split(u8::is_ascii_whitespace).next().unwrap_or_default();
            if tag == b"tightening" {
                read.loosens = false;
            } else if let Some(list) = tag.strip_prefix(b"markets=") {
                for number in list.split(|byte| *byte == b',') {
                    let market = market(number).ok_or(GovernanceError::UnreadableMarkets)?;
                    if !read.markets.contains(&market) {
                        read.markets.push(market);
                    }
                    // Within the loop, so that a long list ends early.
                    if read.markets.len() > MAX_MARKETS {
                        return Err(GovernanceError::TooManyMarkets);
                    }
                }
            }
        }
        Ok(read)
    }

    /// Whether some votes may be interested: it may loosen, and it names a market.
    pub fn divides(&self) -> bool {
        self.loosens && !self.markets.is_empty()
    }

    /// Refuses the call at position `action` where it does what was not declared.
    ///
    /// # Errors
    /// [`GovernanceError::UndeclaredLoosening`], [`GovernanceError::UndeclaredMarket`].
    pub fn admit(&self, action: u32, touch: &Touch) -> Result<(), GovernanceError> {
        if touch.loosens && !self.loosens {
            return Err(GovernanceError::UndeclaredLoosening { action });
        }
        let named = |market: &u32| self.markets.contains(market) || self.markets.contains(&EVERY_MARKET);
        match touch.markets.iter().find(|market| !named(market)) {
            Some(market) => Err(GovernanceError::UndeclaredMarket { action, market: *market }),
            None => Ok(()),
        }
    }
}

/// A market as it stands in a description: decimal digits, or an asterisk for all.
fn market(text: &[u8]) -> Option<u32> {
    if text == b"*" {
        return Some(EVERY_MARKET);
    }
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0u32, |number, byte| {
        let digit = char::from(*byte).to_digit(10)?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

#[cfg(test)]
mod tests {
    use alloc::{string::String, vec};

    use super::*;

    fn read(description: &str) -> Result<(bool, Vec<u32>), GovernanceError> {
        Declaration::read(description).map(|read| (read.loosens, read.markets))
    }

    #[test]
    fn a_description_names_markets_and_direction() {
        assert_eq!(read(""), Ok((true, vec![])));
        assert_eq!(read("# Raise it\nmarkets=1 tightening"), Ok((true, vec![])));
        assert_eq!(read("Raise it #markets=10,11 #tightening"), Ok((false, vec![10, 11])));
        assert_eq!(read("#tightening#markets=10\n#markets=10,12#proposer=0x00"), Ok((false, vec![10, 12])));
        assert_eq!(read("#markets=*"), Ok((true, vec![EVERY_MARKET])));
        assert_eq!(read("#markets=4294967295"), Ok((true, vec![EVERY_MARKET])));
        // A longer word is another word.
        assert_eq!(read("#tightenings #marketsx=1"), Ok((true, vec![])));
        for unreadable in [
            "#markets=",
            "#markets=1,",
            "#markets=x",
            "#markets=-1",
            "#markets=+1",
            "#markets=4294967296",
            "#markets=1.",
        ] {
            assert_eq!(read(unreadable), Err(GovernanceError::UnreadableMarkets), "{unreadable}");
        }
        assert!(read("#markets=1,2,3,4,5,6,7,8,8").is_ok());
        assert_eq!(read("#markets=1,2,3,4,5,6,7,8,9"), Err(GovernanceError::TooManyMarkets));
        let many: Vec<String> = (0..9).map(|n| alloc::format!("#markets={n}")).collect();
        assert_eq!(read(&many.concat()), Err(GovernanceError::TooManyMarkets));
    }

    #[test]
    fn what_was_not_declared_is_refused() {
        let touch = |loosens, markets: &[u32]| Touch { loosens, markets: markets.to_vec() };
        let declared = |loosens, markets: &[u32]| Declaration { loosens, markets: markets.to_vec() };
        let tightens = declared(false, &[10]);
        assert_eq!(tightens.admit(0, &touch(false, &[10])), Ok(()));
        assert_eq!(tightens.admit(2, &touch(true, &[10])), Err(GovernanceError::UndeclaredLoosening { action: 2 }));
        let other = Err(GovernanceError::UndeclaredMarket { action: 1, market: 11 });
        assert_eq!(tightens.admit(1, &touch(false, &[10, 11])), other);
        let loosens = declared(true, &[10]);
        assert_eq!(loosens.admit(1, &touch(true, &[11])), other);
        assert_eq!(loosens.admit(1, &touch(false, &[10])), Ok(()));
        let every = Err(GovernanceError::UndeclaredMarket { action: 0, market: EVERY_MARKET });
        assert_eq!(loosens.admit(0, &touch(true, &[EVERY_MARKET])), every);
        assert_eq!(declared(true, &[EVERY_MARKET]).admit(0, &touch(true, &[11, EVERY_MARKET])), Ok(()));
        assert!(loosens.divides() && !tightens.divides() && !declared(true, &[]).divides());
    }
}
