//! The journal read beside what was sent and what was granted: which line is which submission, which approval.

use domain::request::JournalKind;
use store::{habilitation::Habilitation as Granted, request::Submission};

use super::JournalEntry;

/// Says of each line, the latest first, which submission it tells of and what it granted. Both are counted from the
/// end: what is older than the first one kept stands without.
pub(super) fn place(journal: &mut [JournalEntry], submissions: &[Submission], habilitations: &[Granted], service: &str) {
    let of = |kind| move |line: &&mut JournalEntry| line.kind == kind;
    for (line, sent) in journal.iter_mut().filter(of(JournalKind::Submitted)).zip(submissions.iter().rev()) {
        line.round = Some(sent.round);
    }
    // Each approval grants one habilitation for the service itself, and at most one for the other it asks for.
    let mut main: Vec<&Granted> = habilitations.iter().filter(|one| one.service == service).collect();
    main.sort_by_key(|one| std::cmp::Reverse(one.number));
    for (line, granted) in journal.iter_mut().filter(of(JournalKind::Approved)).zip(main) {
        let pair = habilitations.iter().filter(|one| one.paired_with == Some(granted.id) || granted.paired_with == Some(one.id));
        let mut numbers: Vec<i64> = pair.chain([granted]).map(|one| one.number).collect();
        numbers.sort_unstable();
        line.granted = numbers;
    }
}
