//! How Dukcapil names the elements, as public integrations show it.

/// Our name of each element and theirs; an address is several of theirs.
pub const ELEMENTS: [(&str, &str); 4] =
    [("name", "NAMA_LGKP"), ("birth_place", "TMPT_LHR"), ("birth_date", "TGL_LHR"), ("sex", "JENIS_KLMIN")];

/// The parts of an address: the street has a score, the others agree or not.
pub const ADDRESS_PARTS: [&str; 7] = ["ALAMAT", "NO_RT", "NO_RW", "NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL"];

pub const MALE: &str = "Laki-Laki";
pub const FEMALE: &str = "Perempuan";
