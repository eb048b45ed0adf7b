return await Alternator.Emulator.CommandLine.EmulatorCommand.RunAsync(args).ConfigureAwait(false);
