//! The firm's own accounts.

use crate::tokens::Tokens;
use firm::Command;
use vocab::Code;

pub fn house(t: &mut Tokens<'_>) -> Result<firm::HouseAccount, String> {
    if t.takes("bank") {
        return Ok(firm::HouseAccount::Bank(t.bank()?));
    }
    t.wants("demat")?;
    Ok(firm::HouseAccount::Demat(t.demat()?, t.depository()?))
}

/// What is asked about them.
pub fn said(verb: &str, t: &mut Tokens<'_>) -> Result<Command, String> {
    match verb {
        "numbers" => return number_account(t),
        "compares" => return compare_accounts(t),
        _ => {}
    }
    if verb == "tells" {
        t.wants("the exchanges of accounts")?;
        return Ok(Command::TellAccounts { letter: t.number()? });
    }
    if t.takes("bank") {
        let account = t.bank()?;
        return Ok(Command::NameBankAccount { account, title: t.rest().into() });
    }
    t.wants("demat")?;
    let (account, depository) = (t.demat()?, t.depository()?);
    Ok(Command::NameDematAccount { account, depository, title: t.rest().into() })
}

/// `numbers bank client 123456789 HDFC0000060 PLACE` or `numbers demat pool NSDL IN300099 00000002 PLACE`.
fn number_account(t: &mut Tokens<'_>) -> Result<Command, String> {
    let account = house(t)?;
    let number = match account {
        firm::HouseAccount::Bank(_) => firm::AccountNumber::Bank(short(t)?, short(t)?),
        firm::HouseAccount::Demat(..) => firm::AccountNumber::Demat(short(t)?, short(t)?),
    };
    Ok(Command::NumberAccount { account, number, place: t.rest().into() })
}

/// `compares accounts with NSDL pool IN300099 00000002 Sauda Securities - Pool account; …`.
fn compare_accounts(t: &mut Tokens<'_>) -> Result<Command, String> {
    t.wants("accounts with")?;
    let depository = t.depository()?;
    let all = t.rest();
    let mut rows = Vec::new();
    for row in all.split(';').map(str::trim).filter(|row| !row.is_empty()) {
        let t = &mut Tokens::new(row);
        let (account, dp, client) = (t.demat()?, short(t)?, short(t)?);
        rows.push(firm::ListedAccount { dp, client, account, title: t.rest().into() });
    }
    Ok(Command::CompareAccounts { depository, rows })
}

fn short<const N: usize>(t: &mut Tokens<'_>) -> Result<Code<N>, String> {
    Code::parse(t.word()?).map_err(|e| e.to_string())
}
