//! What some tests compare with and a clone does not carry: big public files, and programs of others.
//!
//! A silent skip reads as a pass. So a test that finds nothing to compare with says so aloud and adds a line
//! to `target/skipped.txt`, which `make test` counts.
//!
//! What this is not: a part of the product. Only `[dev-dependencies]` name it; it has the highest rank, so
//! that nothing else can. It knows where data lies and reads none of it.
//!
//! Invariant: one skipped test, one line.
//! Start with [`folder`].

use std::fs::{OpenOptions, create_dir_all};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where the reference data lies; without it, beside the workspace.
const VARIABLE: &str = "SAUDA_DATA";

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder of reference data, if `part`, a file or a folder of it, is there. Otherwise the test is skipped.
pub fn folder(test: &str, part: &str) -> Option<PathBuf> {
    let data = std::env::var_os(VARIABLE).map_or_else(|| workspace().join("../shared/data"), PathBuf::from);
    if data.join(part).exists() {
        return Some(data);
    }
    skip(test, &format!("no {part} in {}", data.display()));
    None
}

/// Say aloud that a test is skipped, and note it. The list is in the workspace's own `target`, wherever else
/// cargo may build.
///
/// # Panics
/// When the list cannot be written: a skip that is not counted is a lie.
pub fn skip(test: &str, why: &str) {
    eprintln!("SKIP {test}: {why}");
    let target = workspace().join("target");
    create_dir_all(&target).expect("the target folder can be made");
    let list = OpenOptions::new().create(true).append(true).open(target.join("skipped.txt"));
    // In one write: tests run beside each other, and each has its line.
    let line = format!("{test}: {why}\n");
    list.expect("target/skipped.txt opens").write_all(line.as_bytes()).expect("a line is written");
}
