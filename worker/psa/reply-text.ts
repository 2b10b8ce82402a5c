/** Null where the text is no JSON. */
export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

export function isWebPage(text: string): boolean {
  return /^\s*(<!doctype html|<html)/i.test(text)
}

/** The text in one line; a web page is told by its title. */
export function inOneLine(text: string): string {
  if (!isWebPage(text)) return text.replace(/\s+/g, ' ').trim()
  const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1]?.trim()
  return title ? `a web page came instead of data: ${title}` : 'a web page came instead of data'
}
