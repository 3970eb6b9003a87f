//! Long lists are read a page at a time.

/// How many lines a page of a list has.
pub const PAGE: u64 = 25;

/// Which part of a list is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    /// Starts at 1.
    pub number: u64,
    /// How many lines a page has.
    pub size: u64,
}

impl Paging {
    /// A page of [`PAGE`] lines.
    pub const fn of(number: u64) -> Self {
        Self { number, size: PAGE }
    }

    /// How many lines come before the page; no more than a database can count.
    pub fn offset(self) -> u64 {
        self.number.saturating_sub(1).saturating_mul(self.size).min(i64::MAX as u64)
    }
}

/// A page of a list, and how many lines the whole list has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub total: u64,
}

#[cfg(test)]
mod tests {
    use super::Paging;

    #[test]
    fn lines_before_a_page() {
        for (number, size, before) in [(0, 25, 0), (1, 25, 0), (2, 25, 25), (3, 10, 20), (u64::MAX, 25, i64::MAX as u64)] {
            assert_eq!(Paging { number, size }.offset(), before, "page {number} of {size} lines");
        }
    }
}
