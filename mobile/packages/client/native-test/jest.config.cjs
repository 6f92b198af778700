const project = (platform) => ({
  displayName: platform,
  preset: `jest-expo/${platform}`,
  transform: {
    '\\.[jt]sx?$': [
      'babel-jest',
      {
        presets: [require.resolve('babel-preset-expo')],
        caller: { name: 'metro', bundler: 'metro', platform },
      },
    ],
  },
  transformIgnorePatterns: [
    '/node_modules/(?!(react-native|@react-native|@react-native-community|expo|@expo|react-navigation|@react-navigation|standard-navigation|@clerk|openapi-fetch))',
    '/node_modules/react-native-reanimated/plugin/',
    '/node_modules/@react-native/babel-preset/',
  ],
});

/** The code paths of iOS and of Android: each test runs on both presets. */
const device = (platform) => ({
  ...project(platform),
  testMatch: ['<rootDir>/*.test.tsx'],
  testEnvironment: '<rootDir>/environment.cjs',
  setupFilesAfterEnv: ['<rootDir>/set-up.cjs'],
});

module.exports = {
  projects: [
    device('ios'),
    device('android'),
    { ...project('web'), testMatch: ['<rootDir>/*.web-test.tsx'] },
  ],
  globalSetup: require.resolve('./global-setup.cjs'),
  globalTeardown: require.resolve('./global-teardown.cjs'),
  // clerk-js leaves a MessagePort open.
  forceExit: true,
};
