import type { InferredBehaviour } from './inferred.ts';

/** What the sandbox does as Nexconn without a page, SDK or recorded answer that says so. */
export const NEXCONN_INFERRED: readonly InferredBehaviour[] = [
  {
    id: 'nexconn-unknown-app-key',
    provider: 'nexconn',
    what: 'An unknown App Key is answered with code 1002, the text of RongCloud and HTTP 400.',
    why: 'Nexconn is the same service under new paths; its pages say nothing of it.',
  },
  {
    id: 'nexconn-statuses',
    provider: 'nexconn',
    what: 'Each code has the HTTP status that it has at RongCloud.',
    why: 'The page lists statuses and codes apart; the SDKs throw by status.',
  },
  {
    id: 'nexconn-secret-mismatch',
    provider: 'nexconn',
    what: 'A signature made with another App Secret is 1004, never 1001.',
    why: 'As at RongCloud.',
  },
  {
    id: 'nexconn-clock-window',
    provider: 'nexconn',
    what: 'Under strict a Timestamp may be five minutes off either way, and a nonce is remembered as long as its Timestamp is good; live checks neither.',
    why: 'No page names a window; the hosts also serve SDKs of RongCloud, which repeat both.',
  },
  {
    id: 'nexconn-case',
    provider: 'nexconn',
    what: 'Case makes another user.',
    why: 'RongCloud says so of the same service.',
  },
  {
    id: 'nexconn-body-too-large',
    provider: 'nexconn',
    what: 'A body over 100 kB is 1005 with HTTP 413.',
    why: 'The cap is that of RongCloud; no page of Nexconn prints one.',
  },
  {
    id: 'nexconn-no-body',
    provider: 'nexconn',
    what: 'A body that is missing or no JSON object is 1002.',
    why: 'Its 1003 means something else than at RongCloud, and no page has a code for it.',
  },
  {
    id: 'nexconn-token-of-banned-user',
    provider: 'nexconn',
    what: 'A banned user gets tokens, and is turned away at login until the ban ends.',
    why: 'As at RongCloud.',
  },
  {
    id: 'nexconn-token-of-soft-deleted-user',
    provider: 'nexconn',
    what: 'A token call for a soft-deleted user is 1002 with HTTP 400.',
    why: 'The page says that it fails and prints neither code nor status.',
  },
  {
    id: 'nexconn-soft-delete-at-once',
    provider: 'nexconn',
    what: 'Soft-delete and restore take 100 users, are done before the answer goes out, and send no webhook.',
    why: 'The page of restore names 100; the service does both later and tells by webhook.',
  },
  {
    id: 'nexconn-restore-delay',
    provider: 'nexconn',
    what: 'Only strict refuses a restore within an hour of the deletion, with 1002.',
    why: 'The page states the hour and not how a breach is answered; live lets tests go on.',
  },
  {
    id: 'nexconn-socials-of-anybody',
    provider: 'nexconn',
    what: 'Online status, block list, tags, hosted profiles and mutes are kept for any legal user id, registered or not.',
    why: 'No page asks that the user has registered.',
  },
  {
    id: 'nexconn-page-token',
    provider: 'nexconn',
    what: 'The pageToken of a last page is empty.',
    why: 'The OpenAPI file has the field as optional and says nothing of the end.',
  },
  {
    id: 'nexconn-list-sizes',
    provider: 'nexconn',
    what: 'A block list call names up to 20 users, a tag call 1,000 to set and 50 to read, a mute 1,000.',
    why: 'These are the sizes of the same calls at RongCloud; the OpenAPI file prints none.',
  },
];
