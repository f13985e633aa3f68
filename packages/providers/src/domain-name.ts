/** Which of an account's domains. */
export const DOMAIN_NAMES = ['primary', 'backup'] as const;
export type DomainName = (typeof DOMAIN_NAMES)[number];
