//! The sRGB colour space (IEC 61966-2-1) as an ICC profile of version 2, built from its definition.

/// Steps of the tone curve.
const STEPS: u32 = 256;
const COPYRIGHT: &str = "No copyright, use freely";
/// The white of the profile connection space (D50) and the primaries, adapted to it.
const D50: [f64; 3] = [0.9642, 1.0, 0.8249];
const RED: [f64; 3] = [0.43607, 0.22249, 0.01392];
const GREEN: [f64; 3] = [0.38515, 0.71687, 0.09708];
const BLUE: [f64; 3] = [0.14307, 0.06061, 0.71410];

/// The profile; always the same bytes.
pub fn srgb() -> Vec<u8> {
    let curve = curve();
    let tags: [(&[u8; 4], Vec<u8>); 9] = [
        (b"desc", description("sRGB")),
        (b"cprt", [b"text\0\0\0\0", COPYRIGHT.as_bytes(), b"\0"].concat()),
        (b"wtpt", xyz(D50)),
        (b"rXYZ", xyz(RED)),
        (b"gXYZ", xyz(GREEN)),
        (b"bXYZ", xyz(BLUE)),
        (b"rTRC", curve.clone()),
        (b"gTRC", curve.clone()),
        (b"bTRC", curve),
    ];
    let mut table = Vec::new();
    let mut content: Vec<u8> = Vec::new();
    let start = 128 + 4 + 12 * tags.len();
    for (name, bytes) in &tags {
        // The three curves are one.
        let offset = content.windows(bytes.len()).position(|window| window == bytes).unwrap_or(content.len());
        if offset == content.len() {
            content.extend(bytes);
            content.resize(content.len().next_multiple_of(4), 0);
        }
        table.extend([**name, number(start + offset), number(bytes.len())].concat());
    }
    let mut profile = header(start + content.len());
    profile.extend(number(tags.len()));
    profile.extend(table);
    profile.extend(content);
    profile
}

/// 128 bytes (ICC.1:2001-04, 6.1).
fn header(size: usize) -> Vec<u8> {
    let mut header = [&number(size)[..], &[0; 4], &[2, 0x10, 0, 0], b"mntrRGB XYZ "].concat();
    for part in [2026_u16, 1, 1, 0, 0, 0] {
        header.extend(part.to_be_bytes());
    }
    header.extend(b"acsp");
    header.resize(68, 0);
    header.extend(fixed(D50));
    header.resize(128, 0);
    header
}

fn description(name: &str) -> Vec<u8> {
    let mut bytes = [b"desc\0\0\0\0", &number(name.len() + 1)[..], name.as_bytes(), b"\0"].concat();
    // No translations: Unicode code and count, script code and count, 67 unused bytes.
    bytes.resize(bytes.len() + 4 + 4 + 2 + 1 + 67, 0);
    bytes
}

fn xyz(colour: [f64; 3]) -> Vec<u8> {
    [b"XYZ \0\0\0\0", fixed(colour).as_slice()].concat()
}

fn curve() -> Vec<u8> {
    let mut bytes = [b"curv\0\0\0\0", &STEPS.to_be_bytes()[..]].concat();
    for step in 0..STEPS {
        let light = linear(f64::from(step) / f64::from(STEPS - 1));
        bytes.extend(((light * 65535.0).round() as u16).to_be_bytes());
    }
    bytes
}

/// From a stored value to light, both from 0 to 1.
fn linear(value: f64) -> f64 {
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

/// Signed numbers with 16 bits behind the point.
fn fixed(colour: [f64; 3]) -> Vec<u8> {
    colour.iter().flat_map(|part| ((part * 65536.0).round() as i32).to_be_bytes()).collect()
}

fn number(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_primaries_add_up_to_white() {
        for part in 0..3 {
            assert!((RED[part] + GREEN[part] + BLUE[part] - D50[part]).abs() < 0.0002);
        }
    }

    #[test]
    fn the_profile_tells_its_own_length_and_every_tag_lies_within() {
        let profile = srgb();
        assert_eq!(profile[..4], number(profile.len()));
        assert_eq!(&profile[36..40], b"acsp");
        for entry in profile[132..132 + 9 * 12].chunks(12) {
            let [offset, length] = [&entry[4..8], &entry[8..]].map(|n| u32::from_be_bytes(n.try_into().unwrap()));
            assert!(offset % 4 == 0 && (offset + length) as usize <= profile.len());
        }
    }

    #[test]
    fn middle_grey_is_about_a_fifth_of_the_light() {
        assert!((linear(0.5) - 0.214).abs() < 0.001);
        assert_eq!((linear(0.0), linear(1.0)), (0.0, 1.0));
    }
}
