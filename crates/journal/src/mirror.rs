//! The two macros that write mirrors, see [`Wire`](crate::Wire).

/// The mirror of an enum: every variant with its tag for ever and its fields in stored order.
///
/// ```
/// enum Event { Opened { name: String, limit: u64 }, Moved(u32, u32), Closed }
///
/// journal::mirror!(Event, {
///     1 => Opened { name, limit },
///     2 => Moved(from, to),
///     3 => Closed,
/// });
/// assert_eq!(journal::encode(&Event::Closed), [3]);
/// ```
///
/// One byte of tag, 1 to 255, then the fields by their own [`Wire`](crate::Wire). A variant or field
/// that is left out does not compile, nor does a tag given twice. Tags are append-only: a changed
/// meaning is a new tag (DESIGN 2). Bytes of a tag that is no longer written stay readable through a
/// function from [`Cursor`](crate::Cursor) to the type of today:
///
/// ```
/// # use journal::{BadBytes, Cursor, Wire};
/// enum Event { Opened { name: String, limit: u64 } }
/// fn opened_without_limit(from: &mut Cursor<'_>) -> Result<Event, BadBytes> {
///     Ok(Event::Opened { name: Wire::get(from)?, limit: 0 })
/// }
/// journal::mirror!(Event, { 2 => Opened { name, limit } }, read { 1 => opened_without_limit });
/// ```
#[macro_export]
macro_rules! mirror {
    ($type:ty, {
        $($tag:literal => $variant:ident
            $({ $($field:ident),* $(,)? })?
            $(( $($slot:ident),* $(,)? ))?
        ),* $(,)?
    } $(, read { $($old:literal => $reader:path),* $(,)? })? $(,)?) => {
        impl $crate::Wire for $type {
            fn put(&self, out: &mut ::std::vec::Vec<u8>) {
                // An alias lets one macro name the variants of a type it is given as a whole.
                type It = $type;
                $(const { ::core::assert!($tag > 0u8, "tag 0 is kept free: zeros are no value"); })*
                match self {
                    $(It::$variant $({ $($field),* })? $(( $($slot),* ))? => {
                        <u8 as $crate::Wire>::put(&$tag, out);
                        $($($crate::Wire::put($field, out);)*)?
                        $($($crate::Wire::put($slot, out);)*)?
                    })*
                }
            }

            #[deny(unreachable_patterns)]
            fn get(from: &mut $crate::Cursor<'_>) -> ::core::result::Result<Self, $crate::BadBytes> {
                type It = $type;
                let at = from.at();
                match <u8 as $crate::Wire>::get(from)? {
                    $($tag => ::core::result::Result::Ok(It::$variant
                        $({ $($field: $crate::Wire::get(from)?),* })?
                        $(( $({
                            let $slot = $crate::Wire::get(from)?;
                            $slot
                        }),* ))?
                    ),)*
                    $($($old => $reader(from),)*)?
                    tag => ::core::result::Result::Err($crate::BadBytes::Tag {
                        of: ::core::stringify!($type),
                        tag,
                        at,
                    }),
                }
            }
        }
    };
}

/// The mirror of a struct: its fields in stored order, without a tag.
///
/// ```
/// struct Terms { limit: u64, days: Option<u8> }
/// struct Metres(u32);
///
/// journal::mirror_struct!(Terms { limit, days });
/// journal::mirror_struct!(Metres { 0 });
/// assert_eq!(journal::encode(&Terms { limit: 1, days: None }).len(), 9);
/// ```
///
/// A field that is left out does not compile.
#[macro_export]
macro_rules! mirror_struct {
    ($type:ty { $($field:tt),* $(,)? }) => {
        impl $crate::Wire for $type {
            fn put(&self, out: &mut ::std::vec::Vec<u8>) {
                $($crate::Wire::put(&self.$field, out);)*
            }

            fn get(from: &mut $crate::Cursor<'_>) -> ::core::result::Result<Self, $crate::BadBytes> {
                type It = $type;
                ::core::result::Result::Ok(It { $($field: $crate::Wire::get(from)?),* })
            }
        }
    };
}
