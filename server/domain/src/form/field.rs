//! One question of a form.

use serde::{Deserialize, Serialize};

use super::{Answers, answers::number};
use crate::document::Format;

/// Characters, not bytes.
pub type TextLimit = usize;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    pub id: String,
    pub label: String,
    pub kind: Kind,
    #[serde(default)]
    pub hint: String,
    #[serde(default)]
    pub required: bool,
    /// Longest accepted text, in characters.
    #[serde(default = "default_max")]
    pub max: TextLimit,
    /// Smallest and largest accepted number.
    #[serde(default)]
    pub range: Option<(i64, i64)>,
    /// Asked for only when the named number field exceeds the value.
    #[serde(default)]
    pub when_over: Option<(String, i64)>,
    /// Asked for only when the named choice or checkbox field holds the value.
    #[serde(default)]
    pub when_is: Option<(String, String)>,
    /// This field or the named one must be filled; both carry the error.
    #[serde(default)]
    pub or: Option<String>,
    /// A date later than that of the named field.
    #[serde(default)]
    pub after: Option<String>,
    /// At most so many months after it.
    #[serde(default)]
    pub within_months: Option<u32>,
    /// A date that has not passed when the request is sent.
    #[serde(default)]
    pub not_past: bool,
    /// A date at most so many months after the day the request is sent.
    #[serde(default)]
    pub ahead_months: Option<u32>,
    /// A choice that is never the only one ticked, and what the applicant is told.
    #[serde(default)]
    pub not_alone: Option<(String, String)>,
    /// Instructions that a variant wrote in it for the applicant to replace; an answer that still contains one is refused.
    #[serde(skip)]
    pub instructions: Vec<String>,
    /// The kinds of files a field of documents takes; PDF when none is named.
    #[serde(default)]
    pub accept: Vec<FileKind>,
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// A comma-separated list in a field that takes several values.
    #[serde(default)]
    pub default: String,
    /// Shown but not editable.
    #[serde(default)]
    pub locked: bool,
    /// Neither shown nor editable.
    #[serde(default)]
    pub hidden: bool,
    /// Whether the public page of the habilitation shows the answer.
    #[serde(default)]
    pub public: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Text,
    LongText,
    /// The name of a person.
    Name,
    Email,
    Phone,
    /// A number that can receive an SMS.
    Mobile,
    Url,
    Number,
    Date,
    /// One of `choices`.
    Choice,
    /// Any of `choices`.
    Choices,
    /// A statement to tick.
    Tick,
    /// The scopes of the service.
    Scopes,
    /// Files of the kinds in `accept`.
    Documents,
    /// A habilitation, or a request under review, of the service relied on, in the same organisation.
    Reliance,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    Pdf,
    /// XLSX, ODS and CSV.
    Spreadsheet,
    /// The binary workbook of Excel 97, which may hold hidden macros: a field accepts it only by naming it.
    Xls,
}

impl FileKind {
    pub fn formats(self) -> &'static [Format] {
        match self {
            Self::Pdf => &[Format::Pdf],
            Self::Spreadsheet => &[Format::Xlsx, Format::Ods, Format::Csv],
            Self::Xls => &[Format::Xls],
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub value: String,
    pub label: String,
    #[serde(default)]
    pub hint: String,
}

pub(super) fn default_max() -> usize {
    255
}

impl Field {
    pub fn new(id: &str, label: &str, kind: Kind) -> Self {
        Self {
            id: id.to_owned(),
            label: label.to_owned(),
            kind,
            hint: String::new(),
            required: false,
            max: default_max(),
            range: None,
            when_over: None,
            when_is: None,
            or: None,
            after: None,
            within_months: None,
            not_past: false,
            ahead_months: None,
            not_alone: None,
            instructions: Vec::new(),
            accept: Vec::new(),
            choices: Vec::new(),
            default: String::new(),
            locked: false,
            hidden: false,
            public: false,
        }
    }

    /// Whether the question is asked at all, given the other answers.
    pub fn is_asked(&self, answers: &Answers) -> bool {
        let over = self.when_over.as_ref().is_none_or(|(other, limit)| number(answers.text(other)).is_some_and(|n| n > *limit));
        let is = self.when_is.as_ref().is_none_or(|(other, value)| answers.all(other).contains(value));
        over && is && !self.hidden
    }

    /// The formats a document of this field may have.
    pub fn formats(&self) -> Vec<Format> {
        let kinds: &[FileKind] = if self.accept.is_empty() { &[FileKind::Pdf] } else { &self.accept };
        kinds.iter().flat_map(|kind| kind.formats()).copied().collect()
    }

    /// Whether the form sends several values under this name.
    pub fn is_multiple(&self) -> bool {
        matches!(self.kind, Kind::Choices | Kind::Scopes | Kind::Documents)
    }
}
