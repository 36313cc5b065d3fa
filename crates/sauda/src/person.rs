//! Personal data, out of the vault and through its access log: every name printed was asked for by somebody,
//! for a purpose, at a time.

use crate::directory::Directory;
use crate::failure::Failure;
use crate::state::{self, State};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{SystemTime, UNIX_EPOCH};
use vault::{Person, Purpose, VaultError};
use vocab::{ClientRow, VaultRef};

/// The account that runs the program, as the access log names it.
fn who() -> String {
    let user = std::env::var("USER").unwrap_or_default();
    let plain: String = user.chars().filter(char::is_ascii_graphic).take(80).collect();
    if plain.is_empty() { "operator".to_owned() } else { format!("operator {plain}") }
}

fn wall() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// The names of clients. The own accounts bear the firm's; who was erased has none any more.
///
/// # Errors
/// When another process holds the firm's lock, or the vault does not give the names.
pub fn names(
    state: &State, directory: &Directory, clients: &BTreeSet<ClientRow>, why: &str,
) -> Result<BTreeMap<ClientRow, String>, Failure> {
    let mut names = BTreeMap::new();
    let mut wanted: Vec<(ClientRow, VaultRef)> = Vec::new();
    for row in clients {
        match directory.client(*row) {
            Some(client) if client.is_own() => {
                names.insert(*row, directory.firm.clone());
            }
            Some(client) => wanted.push((*row, client.vault)),
            None => {}
        }
    }
    if wanted.is_empty() {
        return Ok(names);
    }
    let (_lock, mut vault) = state.vault()?;
    let (who, wall) = (who(), wall());
    let purpose = Purpose { who: &who, why, wall };
    let references: Vec<VaultRef> = wanted.iter().map(|(_, reference)| *reference).collect();
    match vault.read_many(&references, &purpose) {
        Ok(people) => names.extend(wanted.iter().zip(people).map(|((row, _), person)| (*row, person.name))),
        // One erased person makes the vault refuse all: the rest are asked for one by one.
        Err(VaultError::Erased { .. }) => {
            for (row, reference) in wanted {
                let name = match vault.read(reference, &purpose) {
                    Ok(person) => person.name,
                    Err(VaultError::Erased { .. }) => "(erased)".to_owned(),
                    Err(error) => return Err(state::vault_failure(&error)),
                };
                names.insert(row, name);
            }
        }
        Err(error) => return Err(state::vault_failure(&error)),
    }
    vault.close().map_err(|e| state::vault_failure(&e))?;
    Ok(names)
}

/// One person, for one paper.
///
/// # Errors
/// As [`names`]; also when the person was erased.
pub fn read(state: &State, reference: VaultRef, why: &str) -> Result<Person, Failure> {
    let (_lock, mut vault) = state.vault()?;
    let who = who();
    let person = vault.read(reference, &Purpose { who: &who, why, wall: wall() });
    let person = person.map_err(|e| state::vault_failure(&e))?;
    vault.close().map_err(|e| state::vault_failure(&e))?;
    Ok(person)
}
