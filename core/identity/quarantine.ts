/** The inline policy that stops an unused role: removing it is the whole way back. */
export const quarantinePolicy = {
  name: 'DenyAllUnusedRole',
  text: '{"Version":"2012-10-17","Statement":[{"Sid":"DenyAllUnusedRole","Effect":"Deny","Action":"*","Resource":"*"}]}',
} as const;
