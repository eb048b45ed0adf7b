var builder = DistributedApplication.CreateBuilder(args);
builder.AddProject<Projects.Playground_Web>("web");
builder.Build().Run();
