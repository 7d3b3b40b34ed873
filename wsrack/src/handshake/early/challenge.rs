//! The proof of hixie-76 to hybi-03 that the server has read the handshake.

use http::header::HeaderMap;
use md5::{Digest, Md5};

use super::KEY_SIZE;
use crate::handshake::Refusal;
use crate::handshake::fields::{Field, KEY1, KEY2, field};

/// The numbers in `Sec-WebSocket-Key1` and `-Key2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::handshake) struct Challenge([u32; 2]);

impl Challenge {
    pub(in crate::handshake) fn read(headers: &HeaderMap) -> Result<Self, Refusal> {
        let number = |name| match field(headers, name) {
            Field::Absent => Err(Refusal::EarlyKeyMissing),
            Field::Repeated => Err(Refusal::EarlyKeyRepeated),
            Field::Once(key) => number(key).ok_or(Refusal::EarlyKeyMalformed),
        };
        Ok(Self([number(KEY1)?, number(KEY2)?]))
    }

    /// What follows the answer's head, given what followed the request's.
    pub(super) fn answer(self, key: [u8; KEY_SIZE]) -> [u8; 16] {
        let Self([one, two]) = self;
        let hash = Md5::new().chain_update(one.to_be_bytes()).chain_update(two.to_be_bytes());
        hash.chain_update(key).finalize().into()
    }
}

/// The digits of a key, as a number, divided by the count of its blanks.
fn number(key: &[u8]) -> Option<u32> {
    let mut digits = key.iter().filter(|byte| byte.is_ascii_digit()).peekable();
    digits.peek()?;
    let number = digits
        .try_fold(0_u64, |number, digit| number.checked_mul(10)?.checked_add(u64::from(digit - b'0')))?;
    let blanks = key.split(|byte| *byte == b' ').skip(1).count() as u64;
    (blanks > 0 && number.is_multiple_of(blanks)).then(|| u32::try_from(number / blanks).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples() {
        for (one, two, key, numbers, answer) in [
            (
                "4 @1  46546xW%0l 1 5",
                "12998 5 Y3 1  .P00",
                b"^n:ds[4U",
                [829_309_203, 259_970_620],
                b"8jKS'y:G*Co,Wxa-",
            ),
            (
                "18x 6]8vM;54 *(5:  {   U1]8  z [  8",
                "1_ tx7X d  <  nw  334J702) 7]o}` 0",
                b"Tm[K T2u",
                [155_712_099, 173_347_027],
                b"fQJ,fN/4F4!~K~MH",
            ),
            (
                "3e6b263  4 17 80",
                "17  9 G`ZD9   2 2b 7X 3 /r90",
                b"WjN}|M(6",
                [906_585_445, 179_922_739],
                b"n`9eBk9z$R8pOtVb",
            ),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(KEY1, one.parse().unwrap());
            headers.insert(KEY2, two.parse().unwrap());
            let challenge = Challenge::read(&headers).unwrap();
            assert_eq!(challenge, Challenge(numbers));
            assert_eq!(challenge.answer(*key), *answer);
        }
    }

    #[test]
    fn numbers_of_keys() {
        assert_eq!(number(b"1 2"), Some(12));
        assert_eq!(number(b"x1y 2 4z"), Some(62));
        assert_eq!(number(b"4294967295 "), Some(u32::MAX));
        assert_eq!(number(b"a 0"), Some(0));
        assert_eq!(number(b"8589934590 - -"), Some(u32::MAX), "two blanks");
        assert_eq!(number(b"1 2 "), Some(6));
        for bad in ["", "12", "a b", " ", "5  2 x", "4294967296 ", "99999999999999999999999 "] {
            assert_eq!(number(bad.as_bytes()), None, "{bad:?}");
        }
    }
}
