/** The page of a parcel: its events, newest first. */
export function renderPage(parcel, events) {
  const rows = events.map((event) => `<li>${event.at} ${event.status}</li>`)
  return `<h1>${parcel.id}</h1><ol>${rows.join('')}</ol>`
}
