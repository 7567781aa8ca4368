//! Parses any supported input after detecting its format.

pub use crate::detect::{Format, detect};
use crate::{
    Budget, Parsed, ReadError, Warning, atom, bibtex, cinii, crossref, csl, dc, doaj, endnote, librarycloud,
    marc, mods, nstl, oai, opac2, openalex, openurl, plain, riss, sru, tagged, unixref, xml, yidu, zotero,
};

/// Detects the format of an input and parses it record by record. ISO 2709 and MARCXML are parsed lazily,
/// search responses as a whole.
///
/// Calls `each` with every record or error until it returns `false`. For records of an unsupported schema
/// it is called with an error each.
///
/// # Errors
/// [`ReadError`] when the input as a whole has no supported format, or is invalid before its first
/// record.
pub fn records(
    bytes: &[u8],
    each: &mut dyn FnMut(Format, Result<Parsed, ReadError>) -> bool,
    budget: &Budget,
) -> Result<Format, ReadError> {
    // XML is decoded where it is read, by its declaration
    let text = plain::utf16(bytes).filter(|text| !text.trim_start().starts_with('<'));
    let bytes = text.as_deref().map_or(bytes, str::as_bytes);
    let format = detect(bytes, budget)?;
    match format {
        Format::Tagged(tagged) => {
            let (text, charset) = plain::decode(bytes);
            let file = tagged::parse_as(tagged, &text, budget)?;
            let works = file.works.into_iter().map(|parsed| Ok(with_source(parsed, charset, &[])));
            let left = file.left.iter().map(|part| {
                Err(ReadError::at(
                    part.offset,
                    format!("line {}: {:?}, left out: {}", part.line, part.why, part.text),
                ))
            });
            let _ = works.chain(left).all(|item| each(format, item));
        }
        Format::Bibtex => {
            let (text, charset) = plain::decode(bytes);
            let entries = bibtex::entries(&text, budget)?;
            let sourced =
                |item: Result<Parsed, ReadError>| item.map(|parsed| with_source(parsed, charset, &[]));
            let _ = entries.into_iter().map(sourced).all(|item| each(format, item));
        }
        Format::Endnote => {
            let source = xml::decode(bytes);
            let works = endnote::parse(&source.text, budget)?;
            let sourced = |item: Result<Parsed, ReadError>| {
                item.map(|parsed| with_source(parsed, source.charset, &source.warnings))
            };
            let _ = works.into_iter().map(sourced).all(|item| each(format, item));
        }
        Format::Iso2709 => {
            for item in marc::parse(bytes, budget) {
                if !each(format, item) {
                    break;
                }
            }
        }
        Format::MarcXml => {
            let source = xml::decode(bytes);
            for item in marc::xml::parse(&source.text, budget) {
                if !each(format, item.map(|parsed| with_source(parsed, source.charset, &source.warnings))) {
                    break;
                }
            }
        }
        Format::DublinCore => {
            let source = xml::decode(bytes);
            for parsed in dc::parse(&source.text, budget)? {
                if !each(format, Ok(with_source(parsed, source.charset, &source.warnings))) {
                    break;
                }
            }
        }
        Format::Sru => {
            let answer = sru::parse(bytes, budget)?;
            let complaints = answer.diagnostics.iter().map(|diagnostic| (0, diagnostic));
            for (offset, diagnostic) in complaints.collect::<Vec<_>>() {
                let what =
                    format!("diagnostic {}: {} {}", diagnostic.uri, diagnostic.message, diagnostic.details);
                if !each(format, Err(ReadError::at(offset, what))) {
                    return Ok(format);
                }
            }
            for record in answer.records {
                let item = match (record.parsed, record.diagnostic, record.warnings.first()) {
                    (Some(mut parsed), ..) => {
                        parsed.warnings.extend(record.warnings);
                        Ok(parsed)
                    }
                    (None, Some(diagnostic), _) => Err(ReadError::at(
                        record.offset,
                        format!("diagnostic {}: {}", diagnostic.uri, diagnostic.message),
                    )),
                    (None, None, Some(warning)) => Err(ReadError::at(record.offset, warning.detail.clone())),
                    (None, None, None) => Err(ReadError::at(record.offset, "no record")),
                };
                if !each(format, item) {
                    break;
                }
            }
        }
        Format::Oai => {
            let source = xml::decode(bytes);
            for item in oai::parse(&source.text, budget)? {
                if !each(format, item.map(|parsed| with_source(parsed, source.charset, &source.warnings))) {
                    break;
                }
            }
        }
        Format::MarcJson => {
            for item in marc::json::parse(bytes, budget)? {
                if !each(format, item) {
                    break;
                }
            }
        }
        whole => {
            for parsed in answer(whole, bytes, budget)? {
                if !each(format, Ok(parsed)) {
                    break;
                }
            }
        }
    }
    Ok(format)
}

/// The records of formats that are parsed as a whole.
fn answer(format: Format, bytes: &[u8], budget: &Budget) -> Result<Vec<Parsed>, ReadError> {
    Ok(match format {
        Format::Opac2 => opac2::parse(bytes, budget)?.records,
        Format::Yidu => yidu::parse(bytes, yidu::TOTAL, budget)?.records,
        Format::Librarycloud => librarycloud::parse(bytes, budget)?.records,
        Format::Riss => riss::parse(bytes, budget)?.records,
        Format::Nstl => nstl::parse(bytes, nstl::SITE, budget)?.records,
        Format::Csl => match csl::answer(bytes, budget) {
            Ok(answer) => answer.records,
            Err(_) => csl::parse(bytes, &budget.again())?,
        },
        Format::Crossref => {
            crossref::parse(bytes, budget).map_err(|error| complained(bytes, error, budget))?.records
        }
        Format::Openalex => {
            openalex::parse(bytes, budget).map_err(|error| complained(bytes, error, budget))?.records
        }
        Format::Doaj => doaj::parse(bytes, budget)?.records,
        Format::Cinii => cinii::parse(bytes, budget)?.records,
        Format::Atom => atom::parse(bytes, budget)?.records,
        Format::Unixref => {
            let source = xml::decode(bytes);
            let parsed = unixref::parse(&source.text, budget)?;
            parsed.into_iter().map(|parsed| with_source(parsed, source.charset, &source.warnings)).collect()
        }
        Format::OpenUrl => {
            let source = xml::decode(bytes);
            let parsed = openurl::parse(&source.text, budget)?;
            parsed.into_iter().map(|parsed| with_source(parsed, source.charset, &source.warnings)).collect()
        }
        Format::Mods => {
            let source = xml::decode(bytes);
            let parsed = mods::parse(&source.text, budget)?;
            parsed.into_iter().map(|parsed| with_source(parsed, source.charset, &source.warnings)).collect()
        }
        Format::MarcText => {
            let (text, charset) = marc::charset::text_of(bytes);
            let parsed = marc::text::parse(&text, budget)?;
            parsed.into_iter().map(|parsed| with_source(parsed, charset, &[])).collect()
        }
        Format::Zotero => {
            let source = xml::decode(bytes);
            let parsed = zotero::parse(&source.text, budget)?;
            parsed.into_iter().map(|parsed| with_source(parsed, source.charset, &source.warnings)).collect()
        }
        // handled above
        Format::Iso2709
        | Format::Tagged(_)
        | Format::Bibtex
        | Format::Endnote
        | Format::MarcXml
        | Format::DublinCore
        | Format::Sru
        | Format::Oai
        | Format::MarcJson => Vec::new(),
    })
}

/// Replaces the error by the source's own, if the response is one.
fn complained(bytes: &[u8], error: ReadError, budget: &Budget) -> ReadError {
    match crate::answer::complaint(bytes, &budget.again()) {
        Some(complaint) => ReadError::at(0, format!("the source refused: {}", complaint.message)),
        None => error,
    }
}

/// Adds properties of the whole input to each of its records.
fn with_source(mut parsed: Parsed, charset: &'static str, warnings: &[Warning]) -> Parsed {
    parsed.charset = charset;
    parsed.warnings.extend(warnings.iter().cloned());
    parsed
}
