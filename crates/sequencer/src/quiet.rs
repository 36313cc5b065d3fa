//! Replaying a record that may be wrong: a contradiction is an answer, not a crash.
//!
//! `apply` asserts, because in the running firm a contradiction is a bug and must stop it. A reader of a
//! record that somebody rewrote meets the same assertions; here they become a sentence.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}
static HOOK: Once = Once::new();

/// Run it; what it asserted and did not find is the error. The state it was changing is not to be used then.
pub fn caught<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                before(info);
            }
        }));
    });
    QUIET.set(true);
    let done = panic::catch_unwind(AssertUnwindSafe(run));
    QUIET.set(false);
    done.map_err(|payload| {
        let text = payload.downcast_ref::<&str>().map(|s| (*s).to_owned());
        text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no reason given".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assertion_becomes_a_sentence() {
        assert_eq!(caught(|| 7), Ok(7));
        assert_eq!(caught(|| -> u8 { panic!("rows are given in order") }), Err("rows are given in order".to_owned()));
    }
}
