using System.Reflection;

string because = typeof(Program).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "AspireHostingAbsentBecause")?.Value ?? "";
Console.Error.WriteLine($"This build has no AppHost: the Aspire hosting packages can't be restored here ({because}). Start the playground with ./run instead.");
return 1;
