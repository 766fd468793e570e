//! Reads TOML tables field by field and says, for everything that is wrong, on which line and in which field.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use jiff::Timestamp;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::decimal::parse_scaled;

/// What is wrong with an incident file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Line of the file, from 1.
    pub line: usize,
    /// The table in words, such as "market 2 `ETH`, price row 3"; empty at the top.
    pub place: String,
    /// The field; empty where the flaw is not about one.
    pub field: String,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}", self.line)?;
        if !self.place.is_empty() {
            write!(out, ", {}", self.place)?;
        }
        if self.field.is_empty() {
            write!(out, ": {}", self.what)
        } else {
            write!(out, ": `{}` {}", self.field, self.what)
        }
    }
}

impl std::error::Error for Flaw {}

/// Turns offsets into line numbers.
#[derive(Debug)]
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        Self(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect())
    }

    pub(super) fn number(&self, offset: usize) -> usize {
        self.0.partition_point(|newline| *newline < offset) + 1
    }
}

/// One table of the file; remembers which fields were asked for, so that [`TableReader::finish`] can refuse the rest.
#[derive(Debug)]
pub(super) struct TableReader<'t> {
    lines: &'t Lines,
    table: &'t DeTable<'t>,
    start: usize,
    place: String,
    known: BTreeSet<&'static str>,
}

type Value<'t> = &'t Spanned<DeValue<'t>>;

impl<'t> TableReader<'t> {
    pub(super) fn root(lines: &'t Lines, table: &'t DeTable<'t>) -> Self {
        Self { lines, table, start: 0, place: String::new(), known: BTreeSet::new() }
    }

    /// Replaces the words for this table, once its name is known.
    pub(super) fn call_it(&mut self, place: String) {
        self.place = place;
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// A flaw of one field, at the line of the field, or of the table where the field is not there.
    pub(super) fn flaw(&self, field: &str, what: impl Into<String>) -> Flaw {
        let offset = self
            .table
            .iter()
            .find(|(key, _)| key.get_ref().as_ref() == field)
            .map_or(self.start, |(key, _)| key.span().start);
        Flaw { line: self.lines.number(offset), place: self.place.clone(), field: field.to_owned(), what: what.into() }
    }

    pub(super) fn has(&mut self, field: &'static str) -> bool {
        self.optional(field).is_some()
    }

    fn optional(&mut self, field: &'static str) -> Option<Value<'t>> {
        self.known.insert(field);
        self.table.get(field)
    }

    fn value(&mut self, field: &'static str) -> Result<Value<'t>, Flaw> {
        self.optional(field).ok_or_else(|| self.flaw(field, "is missing"))
    }

    fn wrong_kind(&self, field: &str, wanted: &str, found: Value<'_>) -> Flaw {
        self.flaw(field, format!("must be {wanted}, not {}", kind_in_words(found.get_ref())))
    }

    /// A text that is not blank.
    pub(super) fn text(&mut self, field: &'static str) -> Result<String, Flaw> {
        let value = self.value(field)?;
        let text = value.get_ref().as_str().ok_or_else(|| self.wrong_kind(field, "a text", value))?;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return Err(self.flaw(field, "must not be blank"));
        }
        Ok(text)
    }

    /// A text out of a list of words.
    pub(super) fn word<T: Copy>(&mut self, field: &'static str, words: &[(&str, T)]) -> Result<T, Flaw> {
        let text = self.text(field)?;
        words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning).ok_or_else(|| {
            let all = words.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(", ");
            self.flaw(field, format!("must be one of {all}, not `{text}`"))
        })
    }

    /// `true`, or `false` where it is left out.
    pub(super) fn flag(&mut self, field: &'static str) -> Result<bool, Flaw> {
        let Some(value) = self.optional(field) else {
            return Ok(false);
        };
        value.get_ref().as_bool().ok_or_else(|| self.wrong_kind(field, "true or false", value))
    }

    /// A whole number within bounds.
    pub(super) fn whole<T: TryFrom<u64>>(&mut self, field: &'static str, bounds: Range<u64>) -> Result<T, Flaw> {
        let value = self.value(field)?;
        let integer = value.get_ref().as_integer().ok_or_else(|| self.wrong_kind(field, "a whole number", value))?;
        u64::from_str_radix(integer.as_str(), integer.radix())
            .ok()
            .filter(|number| bounds.contains(number))
            .and_then(|number| T::try_from(number).ok())
            .ok_or_else(|| {
                self.flaw(field, format!("must be from {} to {}, not {integer}", bounds.start, bounds.end - 1))
            })
    }

    /// A positive number with at most `decimals` digits after the point, scaled by `10^decimals`.
    pub(super) fn decimal(&mut self, field: &'static str, decimals: u32) -> Result<u128, Flaw> {
        let value = self.value(field)?;
        self.decimal_of(field, value, decimals)
    }

    fn decimal_of(&self, field: &str, value: Value<'_>, decimals: u32) -> Result<u128, Flaw> {
        let text = match value.get_ref() {
            DeValue::String(text) => text.as_ref(),
            DeValue::Float(float) => float.as_str(),
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str(),
            _ => return Err(self.wrong_kind(field, "a decimal number", value)),
        };
        match parse_scaled(text, decimals) {
            Ok(0) => Err(self.flaw(field, "must be above zero")),
            Ok(number) => Ok(number),
            Err(error) => Err(self.flaw(field, error.to_string())),
        }
    }

    /// A list of decimals, not empty.
    pub(super) fn decimals(&mut self, field: &'static str, decimals: u32) -> Result<Vec<u128>, Flaw> {
        self.array(field)?.into_iter().map(|value| self.decimal_of(field, value, decimals)).collect()
    }

    /// A list of texts, not empty.
    pub(super) fn texts(&mut self, field: &'static str) -> Result<Vec<String>, Flaw> {
        self.array(field)?
            .into_iter()
            .map(|value| {
                let text = value.get_ref().as_str().ok_or_else(|| self.wrong_kind(field, "texts", value))?;
                Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
            })
            .collect()
    }

    /// A moment with its offset, in whole Unix seconds.
    pub(super) fn moment(&mut self, field: &'static str) -> Result<u64, Flaw> {
        let value = self.value(field)?;
        let written = match value.get_ref() {
            DeValue::Datetime(moment) => moment.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => return Err(self.wrong_kind(field, "a time such as 2025-10-10T21:35:00Z", value)),
        };
        let moment: Timestamp = written.parse().map_err(|_| {
            self.flaw(field, format!("must be a time with its offset, such as 2025-10-10T21:35:00Z, not {written}"))
        })?;
        if moment.subsec_nanosecond() != 0 {
            return Err(self.flaw(field, "must be in whole seconds"));
        }
        u64::try_from(moment.as_second()).map_err(|_| self.flaw(field, "must not be before 1970"))
    }

    /// A sub-table.
    pub(super) fn table(&mut self, field: &'static str) -> Result<TableReader<'t>, Flaw> {
        let value = self.value(field)?;
        let place = if self.place.is_empty() { format!("`{field}`") } else { format!("{}, `{field}`", self.place) };
        self.enter(field, value, place)
    }

    /// An array of tables; may be left out. `name` is the word for one of them.
    pub(super) fn tables(&mut self, field: &'static str, name: &str) -> Result<Vec<TableReader<'t>>, Flaw> {
        if self.optional(field).is_none() {
            return Ok(Vec::new());
        }
        self.array(field)?
            .into_iter()
            .enumerate()
            .map(|(index, value)| {
                let number = index + 1;
                let place = if self.place.is_empty() {
                    format!("{name} {number}")
                } else {
                    format!("{}, {name} {number}", self.place)
                };
                self.enter(field, value, place)
            })
            .collect()
    }

    fn array(&mut self, field: &'static str) -> Result<Vec<Value<'t>>, Flaw> {
        let value = self.value(field)?;
        let array = value.get_ref().as_array().ok_or_else(|| self.wrong_kind(field, "a list", value))?;
        if array.is_empty() {
            return Err(self.flaw(field, "must not be empty"));
        }
        Ok(array.iter().collect())
    }

    fn enter(&self, field: &str, value: Value<'t>, place: String) -> Result<TableReader<'t>, Flaw> {
        let table = value.get_ref().as_table().ok_or_else(|| self.wrong_kind(field, "a table", value))?;
        let start = value.span().start;
        Ok(Self { lines: self.lines, table, start, place, known: BTreeSet::new() })
    }

    /// Refuses every field that nobody asked for.
    pub(super) fn finish(self) -> Result<(), Flaw> {
        let stranger = self
            .table
            .iter()
            .filter(|(key, _)| !self.known.contains(key.get_ref().as_ref()))
            .min_by_key(|(key, _)| key.span().start);
        match stranger {
            None => Ok(()),
            Some((key, _)) => Err(self.flaw(key.get_ref(), "is not a known field here")),
        }
    }
}

fn kind_in_words(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
