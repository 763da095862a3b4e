import { carriers } from './carriers.js'

/** Asks every carrier for news, one after the other. */
export async function poll(store, settings) {
  for (const carrier of carriers) {
    const updates = await carrier.fetchUpdates({ retries: settings.retries })
    await store.append(updates)
  }
}
