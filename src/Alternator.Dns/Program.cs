return await Alternator.Dns.CommandLine.DnsCommand.RunAsync(args).ConfigureAwait(false);
