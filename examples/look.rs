use std::fs;
use loket::documents::*;
fn main() {
    let at = chrono::DateTime::from_timestamp(1_795_500_000, 0).unwrap();
    let out = std::env::args().nth(1).unwrap();
    if !std::path::Path::new("src/documents/data/portrait.jpg").exists() { portrait(); }
    let photo = fs::read("src/documents/data/portrait.jpg").unwrap();
    let mut cert: PermitSheet = serde_json::from_str(include_str!("../src/documents/data/sample_certificate.json")).unwrap();
    cert.photo_jpeg = Some(photo);
    fs::write(format!("{out}/cert.pdf"), permit(&cert, at).unwrap()).unwrap();
    let mut dec: PermitSheet = serde_json::from_str(include_str!("../src/documents/data/sample_decree.json")).unwrap();
    fs::write(format!("{out}/decree.pdf"), permit(&dec, at).unwrap()).unwrap();
    for _ in 0..2 { let more = dec.considering.clone(); dec.considering.extend(more); let more = dec.dictum.clone(); dec.dictum.extend(more); }
    fs::write(format!("{out}/long.pdf"), permit(&dec, at).unwrap()).unwrap();
    let rec: ReceiptSheet = serde_json::from_str(include_str!("../src/documents/data/sample_receipt.json")).unwrap();
    fs::write(format!("{out}/receipt.pdf"), receipt(&rec, at).unwrap()).unwrap();
    let slip: TicketSlip = serde_json::from_str(include_str!("../src/documents/data/sample_slip.json")).unwrap();
    fs::write(format!("{out}/slip.pdf"), ticket_slip(&slip, at).unwrap()).unwrap();
}
fn portrait() {
    let (w, h) = (360u32, 480u32);
    let inside = |x: f32, y: f32, cx: f32, cy: f32, rx: f32, ry: f32| ((x-cx)/rx).powi(2) + ((y-cy)/ry).powi(2) < 1.0;
    let img = image::RgbImage::from_fn(w, h, |px, py| {
        let (x, y) = (px as f32, py as f32);
        let shade = ((px * 7 + py * 13) % 5) as u8;
        let mut c = [178u8, 32, 36];
        if inside(x,y,180.,500.,150.,140.) { c = [34,52,92]; }
        if inside(x,y,180.,215.,98.,125.) { c = [66,84,120]; }
        if inside(x,y,180.,400.,62.,60.) { c = [66,84,120]; }
        if inside(x,y,180.,225.,70.,92.) { c = [222,176,142]; }
        for cx in [152.,208.] { if inside(x,y,cx,208.,11.,7.) { c=[250,248,245]; } if inside(x,y,cx,208.,6.,6.) { c=[40,28,24]; } if inside(x,y,cx,192.,16.,3.) { c=[70,46,36]; } }
        if inside(x,y,180.,240.,6.,14.) { c=[206,156,124]; }
        if inside(x,y,180.,272.,24.,8.) && y > 270. { c=[176,84,84]; }
        image::Rgb(c.map(|v| v.saturating_add(shade)))
    });
    let mut out = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 85).encode_image(&img).unwrap();
    fs::write("src/documents/data/portrait.jpg", out).unwrap();
}
