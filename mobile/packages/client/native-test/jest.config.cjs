/** The code paths of iOS and of Android: each test runs on both presets. */
const project = (platform) => ({
  displayName: platform,
  preset: `jest-expo/${platform}`,
  testMatch: ['<rootDir>/*.test.tsx'],
  testEnvironment: '<rootDir>/environment.cjs',
  setupFilesAfterEnv: ['<rootDir>/set-up.cjs'],
  transform: { '\\.[jt]sx?$': ['babel-jest', { presets: [require.resolve('babel-preset-expo')] }] },
  transformIgnorePatterns: [
    '/node_modules/(?!(react-native|@react-native|@react-native-community|expo|@expo|react-navigation|@react-navigation|standard-navigation|@clerk|openapi-fetch))',
    '/node_modules/react-native-reanimated/plugin/',
    '/node_modules/@react-native/babel-preset/',
  ],
});

module.exports = {
  projects: [project('ios'), project('android')],
  globalSetup: require.resolve('./global-setup.cjs'),
  globalTeardown: require.resolve('./global-teardown.cjs'),
  // clerk-js leaves a MessagePort open.
  forceExit: true,
};
