/** The code of the failure of an auth that is, or just was, set aside. */
export const setAsideCode = 'set_aside';
