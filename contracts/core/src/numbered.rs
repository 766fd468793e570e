//! Enumerations that stand as plain numbers at the ABI edge.

/// A number at the ABI edge that names nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownNumber(pub u8);

macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $number:literal,)+ }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, parity_scale_codec::Encode, parity_scale_codec::Decode,
            parity_scale_codec::DecodeWithMemTracking, parity_scale_codec::MaxEncodedLen,
        )]
        #[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
        #[repr(u8)]
        pub enum $name { $($(#[$vdoc])* $variant = $number,)+ }

        impl $name {
            /// Every value, in the order of the numbers.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The number at the ABI edge.
            pub const fn number(self) -> u8 {
                match self { $(Self::$variant => $number,)+ }
            }
        }

        impl TryFrom<u8> for $name {
            type Error = $crate::numbered::UnknownNumber;

            fn try_from(number: u8) -> Result<Self, $crate::numbered::UnknownNumber> {
                match number {
                    $($number => Ok(Self::$variant),)+
                    _ => Err($crate::numbered::UnknownNumber(number)),
                }
            }
        }
    };
}
pub(crate) use numbered;
