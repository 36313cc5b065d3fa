//! The journal as its users meet it: bytes that stand for ever, faults, damage, disks and threads.

mod damage;
mod faults;
mod golden;
mod real;
mod rig;
mod threads;
mod v1;
mod wire;
