//! Every page can be drawn from each of its samples.

use loket::web::samples::render_all;

#[test]
fn every_page_renders_from_its_samples_in_both_languages() {
    let samples = render_all();
    assert!(samples.len() > 40, "{} samples", samples.len());
    for sample in samples {
        let html = sample.html.unwrap_or_else(|cause| panic!("{}: {cause}", sample.template));
        let untranslated = html.find('⟦').map(|at| html[at..].chars().take(60).collect::<String>());
        assert_eq!(untranslated, None, "{}", sample.template);
    }
}
