using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Playground.Web;
using Playground.Web.Load;
using Playground.Web.Measurements;
using Playground.Web.Music;
using Playground.Web.Mutants;
using Playground.Web.Nodes;
using Playground.Web.Page;
using Playground.Web.Replicas;
using Playground.Web.Telemetry;

var builder = WebApplication.CreateBuilder(args);

builder.AddTelemetry();
builder.AddAlternatorClient("alternator").AddDynamoDBContext();

builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), ["live"]);
builder.Services.AddSingleton(TimeProvider.System);

builder.Services.AddSingleton<Traffic>();
builder.Services.AddSingleton<RequestCounter>();
builder.Services.AddSingleton<Calls>();
builder.Services.AddSingleton<LoadSettings>();
builder.Services.AddSingleton<LoadGenerator>();
builder.Services.AddHostedService(services => services.GetRequiredService<LoadGenerator>());

builder.Services.AddSingleton<TableSetup>();
builder.Services.AddHostedService(services => services.GetRequiredService<TableSetup>());
builder.Services.AddSingleton<MusicCollection>();
builder.Services.AddSingleton<MusicCollectionContext>();
builder.Services.AddSingleton<MutantTable>();
builder.Services.AddSingleton<MutantContext>();

builder.Services.AddSingleton<ReplicaExchange>();
builder.Services.AddHostedService(services => services.GetRequiredService<ReplicaExchange>());

builder.Services.AddSingleton<Events>();
builder.Services.AddSingleton<FaultWatch>();
builder.Services.AddHostedService(services => services.GetRequiredService<FaultWatch>());
builder.Services.AddSingleton<EmulatorControl>();
builder.Services.AddSingleton<StateSource>();
builder.Services.AddHostedService<NodeWatch>();
builder.Services.AddHostedService<ParentWatch>();

var app = builder.Build();

app.MapHealthChecks("/health");
app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") });

app.MapPage();
app.MapNodes();
app.MapLoad();
var lowLevel = app.MapGroup("/api");
lowLevel.MapMusic(app.Services.GetRequiredService<MusicCollection>());
lowLevel.MapMutants(app.Services.GetRequiredService<MutantTable>());
var objectModel = app.MapGroup("/api/context");
objectModel.MapMusic(app.Services.GetRequiredService<MusicCollectionContext>());
objectModel.MapMutants(app.Services.GetRequiredService<MutantContext>());

app.Run();
