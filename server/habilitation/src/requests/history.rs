//! Matches the lines of the journal with the submissions and the habilitations they speak of.

use domain::request::JournalKind;
use store::{habilitation::Habilitation as Granted, request::Submission};

use super::JournalEntry;

/// Sets, on each line of a journal that starts with the latest, the submission it speaks of or the habilitations it granted. Both are
/// matched from the latest: lines older than the first one kept get none.
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
