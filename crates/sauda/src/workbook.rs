//! Sheets as a workbook that spreadsheets read. The same sheets give the same bytes.

use crate::sheet::{Cell, Sheet};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// Rows under the title and the heading begin here.
const FIRST_ROW: u32 = 3;

struct Formats {
    title: Format,
    heading: Format,
    money: Format,
    price: Format,
    whole: Format,
}

/// # Errors
/// When a sheet has more rows than a workbook takes.
pub fn workbook(sheets: &[Sheet]) -> Result<Vec<u8>, XlsxError> {
    let formats = Formats {
        title: Format::new().set_bold().set_font_size(12),
        heading: Format::new().set_bold().set_text_wrap(),
        money: Format::new().set_num_format("#,##0.00"),
        price: Format::new().set_num_format("0.00##"),
        whole: Format::new().set_num_format("#,##0"),
    };
    let mut book = Workbook::new();
    // A fixed date, so that equal books are equal files: when it was printed is no part of a book.
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    for (nth, sheet) in (1..).zip(sheets) {
        let page = book.add_worksheet();
        page.set_name(format!("Book {nth}"))?;
        fill(page, sheet, &formats)?;
    }
    book.save_to_buffer()
}

fn fill(page: &mut Worksheet, sheet: &Sheet, formats: &Formats) -> Result<(), XlsxError> {
    page.write_with_format(0, 0, sheet.title.as_str(), &formats.title)?;
    let heading = FIRST_ROW.saturating_sub(1);
    for (column, name) in (0u16..).zip(sheet.columns) {
        page.write_with_format(heading, column, *name, &formats.heading)?;
    }
    page.set_freeze_panes(FIRST_ROW, 0)?;
    let mut at = FIRST_ROW;
    for row in &sheet.rows {
        for (column, cell) in (0u16..).zip(row) {
            put(page, (at, column), cell, formats)?;
        }
        at = at.saturating_add(1);
    }
    for sentence in &sheet.foot {
        at = at.saturating_add(1);
        page.write(at, 0, sentence.as_str())?;
    }
    page.autofit();
    Ok(())
}

fn put(page: &mut Worksheet, (row, column): (u32, u16), cell: &Cell, formats: &Formats) -> Result<(), XlsxError> {
    let format = match cell {
        Cell::Blank => return Ok(()),
        Cell::Money(_) => &formats.money,
        Cell::Price(_) => &formats.price,
        Cell::Qty(_) | Cell::Number(_) => &formats.whole,
        Cell::Text(_) | Cell::Day(_) | Cell::At(_) => {
            page.write(row, column, cell.plain())?;
            return Ok(());
        }
    };
    // A spreadsheet's number holds fifteen digits: what it would round stays text.
    let plain = cell.plain();
    match plain.parse::<f64>().ok().filter(|_| plain.len() <= 15) {
        Some(number) => page.write_with_format(row, column, number, format)?,
        None => page.write(row, column, plain)?,
    };
    Ok(())
}
