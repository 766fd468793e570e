//! What the oracle guard can be called for.

use lockstep_front::{Message, messages};

/// All of its messages.
pub const ALL: &[Message] = messages! {
    "setRegistry": "setRegistry(address)",
    "registry": "registry()",
    "setFeed": "setFeed(uint32,address[],uint8,uint64,uint32,uint32,uint64,uint64,uint64,uint8)",
    "setPulledFeed": "setPulledFeed(uint32,uint8,address,uint32,uint64,uint32,uint32,uint64,uint64,uint64,uint8)",
    "setMarket": "setMarket(uint32,uint32,uint8)",
    "setBasis": "setBasis(uint32,address,uint32,uint64)",
    "setVolatility": "setVolatility(uint32,address[],uint8,uint64,uint64,uint32,uint32)",
    "report": "report(uint32,uint128,uint128,uint64)",
    "pull": "pull(uint32)",
    "forecast": "forecast(uint32,uint32)",
    "pause": "pause(uint8,uint32)",
    "pauseFor": "pauseFor(uint8,uint32,uint64)",
    "resume": "resume(uint8,uint32)",
    "note": "note(uint32)",
    "feedState": "feedState(uint32)",
    "reading": "reading(uint32)",
    "marketState": "marketState(uint32)",
    "liveness": "liveness()",
    "OracleGuard::quotes": "quotes(uint32[])",
    "OracleGuard::permission": "permission(uint32[],uint8,uint32)",
    "OracleGuard::quotesAndVolatility": "quotesAndVolatility(uint32[],uint32[])",
    "OracleGuard::activeTime": "activeTime()",
    "OracleGuard::heartbeat": "heartbeat()",
    "MarketWatch::twap": "twap(uint32,uint64)",
    "MarketWatch::settlementDue": "settlementDue(uint32)",
    "MarketWatch::reportMark": "reportMark(uint32,uint128)",
    "MarketWatch::basis": "basis(uint32)",
};
