//! The HTTP and WebSocket API that Indian traders already program against: Kite Connect v3 shapes.
pub mod doors;
mod estimate;
mod fields;
mod number;
pub mod pace;
pub mod quote;
mod show;
mod words;
mod wrong;
