//! The risk desk's file of limits: a line for each user or client.
//!
//! Columns, in any order: `whom` (`user` or `client`), `code`, then the limits of users (`order quantity`, `order value`,
//! `security quantity`, `open value`) and of clients (`order value`, `exposure`, `turnover`). What is no limit of its kind stays
//! blank. A dealer is a user; a branch is bounded by its users.

use crate::error::FileError;
use crate::sheet::{Column, Row, Sheet};
use crate::unpack::LIMITS;
use risk::{ClientLimits, LimitRow, UserLimits, is_limit};
use std::collections::BTreeSet;
use vocab::{ClientRow, Code, Paise, Qty, Ucc, UserRow};

/// Whom the codes of a file stand for.
pub trait Known {
    fn user(&self, code: &Code<12>) -> Option<UserRow>;
    fn client(&self, ucc: &Ucc) -> Option<ClientRow>;
}

struct Columns {
    whom: Column,
    code: Column,
    order_qty: Column,
    order_value: Column,
    symbol_qty: Column,
    open_value: Column,
    exposure: Column,
    turnover: Column,
}

/// Every row of a file of limits, or every fault in it: nothing is taken of a file that has one.
///
/// # Errors
/// Each faulty line with its field and the rule; a header that lacks a column, alone.
pub fn read_limits(file: &str, bytes: &[u8], known: &dyn Known) -> Result<Vec<LimitRow>, Vec<FileError>> {
    let (mut rows, mut faults, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    let alone = |fault: FileError| vec![fault];
    let mut sheet = Sheet::open(file, bytes, ',', &LIMITS).map_err(alone)?;
    let columns = columns(&sheet).map_err(alone)?;
    loop {
        match sheet.next() {
            Ok(None) => break,
            Err(fault) => faults.push(fault),
            Ok(Some(row)) => match columns.read(&row, known, &mut seen) {
                Ok(limit) => rows.push(limit),
                Err(mut of_row) => faults.append(&mut of_row),
            },
        }
        if faults.len() > MOST_FAULTS {
            break;
        }
    }
    if rows.is_empty() && faults.is_empty() {
        faults.push(FileError::new(file, 0, "line", "a file of limits has a line behind its header", ""));
    }
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

/// Beyond this many a file is another kind of file.
const MOST_FAULTS: usize = 100;

fn columns(sheet: &Sheet<'_>) -> Result<Columns, FileError> {
    Ok(Columns {
        whom: sheet.column("whom")?,
        code: sheet.column("code")?,
        order_qty: sheet.column("order quantity")?,
        order_value: sheet.column("order value")?,
        symbol_qty: sheet.column("security quantity")?,
        open_value: sheet.column("open value")?,
        exposure: sheet.column("exposure")?,
        turnover: sheet.column("turnover")?,
    })
}

impl Columns {
    fn read(
        &self, row: &Row<'_>, known: &dyn Known, seen: &mut BTreeSet<(bool, String)>,
    ) -> Result<LimitRow, Vec<FileError>> {
        let mut faults = Vec::new();
        let mut note = |fault: FileError| faults.push(fault);
        let whom = row.text(self.whom);
        let is_user = whom == "user";
        if !is_user && whom != "client" {
            return Err(vec![row.refuse(self.whom, "user or client")]);
        }
        if !seen.insert((is_user, row.text(self.code).to_owned())) {
            note(row.refuse(self.code, "limits of one stand in one line"));
        }
        let blank: &[Column] =
            if is_user { &[self.exposure, self.turnover] } else { &[self.order_qty, self.symbol_qty, self.open_value] };
        for column in blank.iter().filter(|column| !row.text(**column).is_empty()) {
            note(row.refuse(*column, format!("no limit of a {whom}: it stays blank")));
        }
        let mut money = |column| sum(row, column).unwrap_or_else(|fault| {
            faults.push(fault);
            Paise::ZERO
        });
        let order_value = money(self.order_value);
        let (open_value, exposure, turnover) = match is_user {
            true => (money(self.open_value), Paise::ZERO, Paise::ZERO),
            false => (Paise::ZERO, money(self.exposure), money(self.turnover)),
        };
        let limit = match is_user {
            true => {
                let mut shares = |column| units(row, column).unwrap_or_else(|fault| {
                    faults.push(fault);
                    Qty::ZERO
                });
                let (order_qty, symbol_qty) = (shares(self.order_qty), shares(self.symbol_qty));
                let limits = UserLimits { order_qty, order_value, symbol_qty, open_value };
                let found = row.code(self.code).map(|code| known.user(&code));
                found.map(|user| user.map(|user| LimitRow::User { user, limits }))
            }
            false => {
                let limits = ClientLimits { order_value, exposure, turnover };
                let found = row.code(self.code).map(|ucc| known.client(&ucc));
                found.map(|client| client.map(|client| LimitRow::Client { client, limits }))
            }
        };
        match limit {
            Ok(Some(limit)) if faults.is_empty() => return Ok(limit),
            Ok(Some(_)) => {}
            Ok(None) => faults.push(row.refuse(self.code, format!("no {whom} has this code"))),
            Err(fault) => faults.push(fault),
        }
        Err(faults)
    }
}

fn sum(row: &Row<'_>, column: Column) -> Result<Paise, FileError> {
    let sum = Paise::parse(row.text(column)).ok().filter(|sum| is_limit(*sum));
    sum.ok_or_else(|| row.refuse(column, format!("a sum above nothing and at most {:#}", UserLimits::MOST)))
}

fn units(row: &Row<'_>, column: Column) -> Result<Qty, FileError> {
    let units = row.units(column).ok().filter(|qty| qty.is_positive() && *qty <= UserLimits::MOST_QTY);
    units.ok_or_else(|| row.refuse(column, format!("a number of shares from 1 to {:#}", UserLimits::MOST_QTY)))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Desk;

    impl Known for Desk {
        fn user(&self, code: &Code<12>) -> Option<UserRow> {
            (code.as_str() == "DEALER").then_some(UserRow(5))
        }

        fn client(&self, ucc: &Ucc) -> Option<ClientRow> {
            ["ASHA", "RAVI"].iter().position(|it| *it == ucc.as_str()).map(|at| ClientRow(u32::try_from(at).unwrap()))
        }
    }

    const HEAD: &str = "whom,code,order quantity,order value,security quantity,open value,exposure,turnover\n";
    const GOOD: &str = "user,DEALER,1000,500000.00,2000,800000.00,,\n\
                        client,ASHA,,40000.00,,,100000.00,200000.00\n\
                        client,RAVI,,40000,,,100000,200000\n";

    fn read(rows: &str) -> Result<Vec<LimitRow>, Vec<FileError>> {
        read_limits("limits.csv", format!("{HEAD}{rows}").as_bytes(), &Desk)
    }

    #[test]
    fn users_and_clients_have_each_their_limits() {
        let rows = read(GOOD).unwrap();
        let user = UserLimits {
            order_qty: Qty(1_000),
            order_value: Paise::rupees(500_000),
            symbol_qty: Qty(2_000),
            open_value: Paise::rupees(800_000),
        };
        let limits = ClientLimits {
            order_value: Paise::rupees(40_000),
            exposure: Paise::rupees(100_000),
            turnover: Paise::rupees(200_000),
        };
        assert_eq!(rows, [
            LimitRow::User { user: UserRow(5), limits: user },
            LimitRow::Client { client: ClientRow(0), limits },
            LimitRow::Client { client: ClientRow(1), limits },
        ]);
    }

    #[test]
    fn every_faulty_line_is_named_with_its_field() {
        for (from, to, wanted) in [
            ("user,DEALER", "branch,DEALER", vec![(2, "whom")]),
            ("DEALER,1000,", "DEALER,0,", vec![(2, "order quantity")]),
            ("DEALER,1000,", "DEALER,1000.5,", vec![(2, "order quantity")]),
            ("DEALER,1000,500000.00", "DEALER,,unlimited", vec![(2, "order value"), (2, "order quantity")]),
            ("800000.00,,", "800000.00,1,", vec![(2, "exposure")]),
            ("ASHA,,40000.00", "ASHA,5,40000.00", vec![(3, "order quantity")]),
            ("100000.00,200000.00", "100000000000.00,", vec![(3, "exposure"), (3, "turnover")]),
            ("client,RAVI", "client,ASHA", vec![(4, "code")]),
            ("client,RAVI", "client,NOBODY", vec![(4, "code")]),
            ("client,RAVI,,40000,,,100000,200000", "client,RAVI,,-1,,,,200000", vec![(4, "order value"), (4, "exposure")]),
            (",100000,200000", ",100000", vec![(4, "line")]),
        ] {
            let text = GOOD.replacen(from, to, 1);
            assert_ne!(text, GOOD, "{from}");
            let faults = read(&text).unwrap_err();
            let found: Vec<(u64, &str)> = faults.iter().map(|fault| (fault.line, fault.field.as_str())).collect();
            assert_eq!(found, wanted, "{from} as {to}: {faults:?}");
        }
        // Two lines at fault are named both.
        let faults = read(&GOOD.replace("ASHA", "X").replace("RAVI", "Y")).unwrap_err();
        assert_eq!(faults.iter().map(|fault| fault.line).collect::<Vec<_>>(), [3, 4]);
        assert_eq!(read("").unwrap_err()[0].field, "line");
        let header = read_limits("limits.csv", b"whom,code\n", &Desk).unwrap_err();
        assert_eq!((header[0].line, header[0].field.as_str()), (1, "order quantity"));
    }
}
