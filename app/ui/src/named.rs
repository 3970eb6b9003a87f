//! The words a form is sent with. A feature lists the fields of its form, and what its buttons say, in an enum that its page and
//! its handler share: a name that one of them does not know does not compile.

/// A field of a form, by the name it is sent under.
pub trait Named: Copy {
    fn as_str(self) -> &'static str;
}

/// What a button of a form asks for, by the value it is sent with.
pub trait Verb: Named {
    /// Nothing for a word that no button of the form sends.
    fn parse(word: &str) -> Option<Self>;
}

/// Declares the fields of a form: `fields! { pub enum Sent { Siret = "siret" } }`.
#[macro_export]
macro_rules! fields {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$about:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $vis enum $name {
            $($(#[$about])* $variant),+
        }

        impl $crate::named::Named for $name {
            fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl From<$name> for &'static str {
            fn from(field: $name) -> Self {
                $crate::named::Named::as_str(field)
            }
        }

        impl From<$name> for String {
            fn from(field: $name) -> Self {
                $crate::named::Named::as_str(field).to_owned()
            }
        }
    };
}

/// Declares the verbs of a form's buttons; the handler reads them with `parse` and matches each.
#[macro_export]
macro_rules! verbs {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$about:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $crate::fields! { $(#[$meta])* $vis enum $name { $($(#[$about])* $variant = $word),+ } }

        impl $crate::named::Verb for $name {
            fn parse(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}
