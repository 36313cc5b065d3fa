//! The closed lists of the department, with their numbers for ever.

macro_rules! numbered {
    ($($(#[$doc:meta])* $name:ident { $($(#[$word:meta])* $variant:ident = $n:literal $text:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum $name { $($(#[$word])* $variant = $n,)* }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            pub const fn number(self) -> u8 {
                self as u8
            }

            pub fn from_number(n: u8) -> Option<$name> {
                $name::ALL.iter().copied().find(|it| it.number() == n)
            }

            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }
        }

        vocab::kept!(byte $name);
    )*};
}

numbered! {
    /// What a person shows of himself.
    Factor {
        Password = 1 "password",
        /// The code of the half minute, from a device of his.
        Totp = 2 "device code",
        Passkey = 3 "passkey",
        /// A code sent to him by another channel, when the second factor is lost.
        OneTime = 4 "one-time code",
    }
    /// What sort of thing a factor is: two of one sort are one factor (sebi 44.1.6).
    Sort {
        Known = 1 "what he knows",
        Held = 2 "what he holds",
    }
    /// Through what a session speaks.
    Medium {
        Web = 1 "web",
        Wireless = 2 "wireless",
        App = 3 "program",
        Terminal = 4 "terminal",
    }
    /// Why nobody signs in with an id until two persons let him.
    Lock {
        WrongTries = 1 "too many wrong tries",
        Forgotten = 2 "he forgot his password",
        Flaw = 3 "he reported a flaw",
        Intruded = 4 "he suspects that another was in",
    }
    /// What a person reports of his own access (sebi 73 Annexure 4 IBT cl.6).
    Trouble {
        Forgotten = 1 "password forgotten",
        Flaw = 2 "flaw in the system's security",
        Intruded = 3 "access by somebody else suspected",
    }
    /// Why a session ended.
    Ending {
        SignedOut = 1 "signed out",
        Revoked = 2 "revoked",
        Idle = 3 "idle",
        Expired = 4 "expired",
        /// He opened one more than he may have.
        Crowded = 5 "one session too many",
        /// The id was locked, blocked or put to sleep.
        Shut = 6 "the id was shut",
        /// The password or the second factor is another.
        Renewed = 7 "the credential is another",
    }
    /// Who examined a terminal's user (guide I 12.7).
    Certificate {
        Ncfm = 1 "NCFM",
        Bcsm = 2 "BCSM",
        Nism = 3 "NISM",
    }
    /// What was wrong with what was shown.
    Denial {
        Wrong = 1 "it is wrong",
        /// A code that was taken before.
        Replayed = 2 "it was used before",
    }
}

impl Factor {
    pub const fn sort(self) -> Sort {
        match self {
            Factor::Password => Sort::Known,
            Factor::Totp | Factor::Passkey | Factor::OneTime => Sort::Held,
        }
    }
}

impl Trouble {
    pub const fn lock(self) -> Lock {
        match self {
            Trouble::Forgotten => Lock::Forgotten,
            Trouble::Flaw => Lock::Flaw,
            Trouble::Intruded => Lock::Intruded,
        }
    }
}
