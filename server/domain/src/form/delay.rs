//! How long a review takes, in working days.

use std::collections::BTreeMap;

use super::{Form, Stage};

impl Form {
    pub fn review_days(&self) -> u32 {
        review_days(&self.stages)
    }
}

/// Working days of the whole review route, from the submission to the answer: teams of the same order work at the same time.
pub fn review_days(stages: &[Stage]) -> u32 {
    sum(&longest(stages.iter().map(|stage| (stage.order, stage.working_days))))
}

pub(crate) fn sum(days: &BTreeMap<u32, u32>) -> u32 {
    days.values().fold(0, |sum, days| sum.saturating_add(*days))
}

/// The most days at each order.
pub(crate) fn longest(parts: impl Iterator<Item = (u32, u32)>) -> BTreeMap<u32, u32> {
    let mut longest = BTreeMap::new();
    for (order, working_days) in parts {
        let days: &mut u32 = longest.entry(order).or_default();
        *days = (*days).max(working_days);
    }
    longest
}
